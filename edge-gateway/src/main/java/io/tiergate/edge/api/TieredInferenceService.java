package io.tiergate.edge.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.edge.verdict.LabelReports;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.GateStatus;
import io.tiergate.proto.v1.GetGateRequest;
import io.tiergate.proto.v1.GetOutboxRequest;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.InferStreamRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.OutboxStatus;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.ReportLabelResponse;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.DrainableService;
import io.tiergate.serving.grpc.Failures;
import io.tiergate.serving.grpc.Replies;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tiergate's own API: the tiers made visible. */
public final class TieredInferenceService extends TieredInferenceGrpc.TieredInferenceImplBase
        implements DrainableService {
    private final InferRequests requests;
    private final Gateway gateway;
    private final Ledger ledger;
    private final LabelReports labels;
    private final OutboxReport outbox;
    private final Followers followers;
    private final EscalationLookup lookup;
    private final Escalations escalations;
    private final Set<OpenStream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    public TieredInferenceService(
            ModelCatalog<ServedModel> catalog,
            long maxMessageBytes,
            Gateway gateway,
            Ledger ledger,
            LabelReports labels,
            OutboxReport outbox,
            CallMetrics metrics,
            SampleMetrics samples) {
        this.requests = new InferRequests(catalog, new RequestInputs(maxMessageBytes), gateway, metrics, samples);
        this.gateway = gateway;
        this.ledger = ledger;
        this.labels = labels;
        this.outbox = outbox;
        this.followers = Followers.of(ledger);
        this.lookup = new EscalationLookup(ledger, followers);
        this.escalations = new Escalations(catalog);
    }

    @Override
    public void infer(InferRequest request, StreamObserver<InferResponse> observer) {
        Replies.send(requests.answer(request).map(InferResponses::of), observer, Failures::toStatus, () -> {});
    }

    @Override
    public StreamObserver<InferStreamRequest> inferStream(StreamObserver<InferStreamResponse> observer) {
        InferStream stream = new InferStream(
                requests,
                ledger,
                followers,
                escalations,
                (ServerCallStreamObserver<InferStreamResponse>) observer,
                streams::remove);
        open(stream);
        return stream;
    }

    @Override
    public void getVerdict(GetVerdictRequest request, StreamObserver<Escalation> observer) {
        try {
            Uni<Escalation> reply = lookup.find(
                            request.getEscalationId(), gateway.patience(Waits.read(request.getWait())))
                    .map(escalations::toProto);
            Replies.send(reply, observer, Failures::toStatus, () -> {});
        } catch (InvalidRequestException e) {
            observer.onError(Failures.toStatus(e));
        }
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

    @Override
    public void reportLabel(ReportLabelRequest request, StreamObserver<ReportLabelResponse> observer) {
        String id = request.getEscalationId();
        try {
            Uni<ReportLabelResponse> reply = labels.report(id, request.getLabel())
                    .map(found -> found.orElseThrow(() -> EscalationLookup.unknown(id)))
                    .map(report -> ReportLabelResponse.newBuilder()
                            .setEscalation(escalations.toProto(report.escalation()))
                            .setStands(report.stands())
                            .build());
            Replies.send(reply, observer, Failures::toStatus, () -> {});
        } catch (InvalidRequestException e) {
            observer.onError(Failures.toStatus(e));
        }
    }

    @Override
    public void getGate(GetGateRequest request, StreamObserver<GateStatus> observer) {
        try {
            observer.onNext(requests.gate(request));
            observer.onCompleted();
        } catch (RuntimeException e) {
            observer.onError(Failures.toStatus(e));
        }
    }

    @Override
    public void getOutbox(GetOutboxRequest request, StreamObserver<OutboxStatus> observer) {
        Replies.send(outbox.now(), observer, Failures::toStatus, () -> {});
    }

    private void open(OpenStream stream) {
        streams.add(stream);
        stream.start();
        if (draining) {
            stream.drain();
        }
    }

    /** Number of streams that have not come to their end. */
    int openStreams() {
        return streams.size();
    }

    /** Number of escalations whose changes some call or stream waits for. */
    int followed() {
        return followers.followed();
    }

    /** Sends every client of a stream away. */
    @Override
    public void drain() {
        draining = true;
        streams.forEach(OpenStream::drain);
    }
}
