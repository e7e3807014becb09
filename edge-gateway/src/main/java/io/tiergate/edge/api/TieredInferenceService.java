package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.CallOptions;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.SampleAnswer;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.GateRequest;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationMode;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.ModelReference;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.DrainableService;
import io.tiergate.serving.grpc.Failures;
import io.tiergate.serving.grpc.Replies;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tiergate's own API: the tiers made visible. */
public final class TieredInferenceService extends TieredInferenceGrpc.TieredInferenceImplBase
        implements DrainableService {
    private final ModelCatalog<ServedModel> catalog;
    private final RequestInputs inputs;
    private final Gateway gateway;
    private final Ledger ledger;
    private final Escalations escalations;
    private final CallMetrics metrics;
    private final SampleMetrics samples;
    private final Set<OpenStream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    public TieredInferenceService(
            ModelCatalog<ServedModel> catalog,
            long maxMessageBytes,
            Gateway gateway,
            Ledger ledger,
            CallMetrics metrics,
            SampleMetrics samples) {
        this.catalog = catalog;
        this.inputs = new RequestInputs(maxMessageBytes);
        this.gateway = gateway;
        this.ledger = ledger;
        this.escalations = new Escalations(catalog);
        this.metrics = metrics;
        this.samples = samples;
    }

    @Override
    public void infer(InferRequest request, StreamObserver<InferResponse> observer) {
        CallMetrics.Call call = metrics.started();
        try {
            ServedModel model = catalog.require(request.getModelName(), request.getModelVersion());
            call.of(model.name());
            if (model.gate().isEmpty()) {
                throw Status.FAILED_PRECONDITION
                        .withDescription(
                                "model '%s' has no gate (expected: a model.yaml with 'gate'); use ModelInfer, or add one"
                                        .formatted(model.name()))
                        .asRuntimeException();
            }
            Replies.send(
                    gateway.answer(model, inputs.read(model, request), List.of(), options(request.getOptions()))
                            .invoke(samples::answered)
                            .invoke(call::answered)
                            .map(TieredInferenceService::response),
                    observer,
                    call::failed,
                    call::cancelled);
        } catch (RuntimeException e) {
            observer.onError(call.failed(e));
        }
    }

    @Override
    public void getVerdict(GetVerdictRequest request, StreamObserver<Escalation> observer) {
        Uni<Escalation> reply = ledger.find(request.getEscalationId())
                .map(found -> found.orElseThrow(() -> Status.NOT_FOUND
                        .withDescription(
                                "escalation '%s' is not in this gateway's ledger".formatted(request.getEscalationId()))
                        .asRuntimeException()))
                .map(escalations::toProto);
        Replies.send(reply, observer, Failures::toStatus, () -> {});
    }

    @Override
    public void watchVerdicts(WatchVerdictsRequest request, StreamObserver<VerdictEvent> observer) {
        try {
            if (request.getAfterCursor() < 0) {
                throw new InvalidRequestException(
                        "after_cursor: %s (expected: a cursor that this gateway has sent, or 0)"
                                .formatted(Long.toUnsignedString(request.getAfterCursor())));
            }
            Uni<Long> begin = request.getOnlyNew()
                    ? ledger.lastCursor()
                    : Uni.createFrom().item(request.getAfterCursor());
            open(new VerdictStream(
                    ledger,
                    escalations,
                    begin,
                    VerdictFilter.of(request),
                    (ServerCallStreamObserver<VerdictEvent>) observer,
                    streams::remove));
        } catch (InvalidRequestException e) {
            observer.onError(Failures.toStatus(e));
        }
    }

    private void open(OpenStream stream) {
        streams.add(stream);
        stream.start();
        if (draining) {
            stream.drain();
        }
    }

    /** Sends every client of a stream away. */
    @Override
    public void drain() {
        draining = true;
        streams.forEach(OpenStream::drain);
    }

    private static CallOptions options(InferOptions options) {
        GateRequest gate = new GateRequest(
                !options.getNeverAudit(),
                options.getEscalation() == EscalationMode.ESCALATION_MODE_ALWAYS,
                options.hasThreshold()
                        ? OptionalDouble.of(finite(options.getThreshold().getValue()))
                        : OptionalDouble.empty());
        if (options.getEscalation() == EscalationMode.UNRECOGNIZED) {
            throw new InvalidRequestException(
                    "escalation: %d (expected: 0 auto, 1 never, 2 always)".formatted(options.getEscalationValue()));
        }
        boolean mayLeave = options.getEscalation() != EscalationMode.ESCALATION_MODE_NEVER;
        // Whatever is asked is cut to the gateway's own limit, so seconds are fine enough for long times.
        Duration wait = Duration.ofSeconds(
                options.getWait().getSeconds(), options.getWait().getNanos());
        return new CallOptions(gate, mayLeave, wait, CallOptions.checkedSubject(options.getSubject()));
    }

    private static double finite(double threshold) {
        if (!Double.isFinite(threshold)) {
            throw new InvalidRequestException("threshold: %s (expected: a finite number)".formatted(threshold));
        }
        return threshold;
    }

    private static InferResponse response(Answer answer) {
        ServedModel model = answer.model();
        InferResponse.Builder response = InferResponse.newBuilder()
                .setModel(ModelReference.newBuilder()
                        .setName(model.name())
                        .setVersion(model.version())
                        .setDigest(model.digest()));
        answer.samples().forEach(sample -> response.addResults(result(model, sample)));
        return response.build();
    }

    private static SampleResult result(ServedModel model, SampleAnswer sample) {
        return SampleResult.newBuilder()
                .setDecision(decision(sample))
                .setLabelIndex(sample.labelIndex())
                .setLabel(sample.label())
                .setTier(Tiers.of(sample))
                .setProvisional(sample.isProvisional())
                .setConfidence(sample.edge().score())
                .setThreshold(sample.threshold())
                .setReason(sample.reason())
                .setEscalationId(sample.escalationId().orElse(""))
                .setEdge(EdgePrediction.newBuilder()
                        .setLabelIndex(sample.edge().top())
                        .setLabel(model.label(sample.edge().top()))
                        .addAllProbabilities(sample.edge().distribution().toFloats()))
                .build();
    }

    private static Decision decision(SampleAnswer sample) {
        return switch (sample.decision()) {
            case ACCEPTED -> Decision.DECISION_ACCEPTED;
            case ESCALATED -> Decision.DECISION_ESCALATED;
            case LOCAL_ONLY -> Decision.DECISION_LOCAL_ONLY;
            case SHED -> Decision.DECISION_SHED;
        };
    }
}
