package io.tiergate.edge.api;

import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.CallOptions;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateRequest;
import io.tiergate.proto.v1.EscalationMode;
import io.tiergate.proto.v1.GateStatus;
import io.tiergate.proto.v1.GetGateRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.QueuePolicy;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;

/** Answers requests of Tiergate's own API, each counted as a call, whether it came as one or on a stream. */
final class InferRequests {
    private final ModelCatalog<ServedModel> catalog;
    private final RequestInputs inputs;
    private final Gateway gateway;
    private final CallMetrics metrics;
    private final SampleMetrics samples;

    InferRequests(
            ModelCatalog<ServedModel> catalog,
            RequestInputs inputs,
            Gateway gateway,
            CallMetrics metrics,
            SampleMetrics samples) {
        this.catalog = catalog;
        this.inputs = inputs;
        this.gateway = gateway;
        this.metrics = metrics;
        this.samples = samples;
    }

    /**
     * Checks a request on the caller's thread and has it answered.
     *
     * @return fails with a {@link io.grpc.StatusRuntimeException}; to be subscribed to, and once, because the model is kept in memory
     *     until it ends
     */
    Uni<Answer> answer(InferRequest request) {
        CallMetrics.Call call = metrics.started();
        try {
            return answer(request, call)
                    .invoke(samples::answered)
                    .invoke(call::answered)
                    .onFailure()
                    .transform(call::failed)
                    .onCancellation()
                    .invoke(call::cancelled);
        } catch (RuntimeException e) {
            return Uni.createFrom().failure(call.failed(e));
        }
    }

    private Uni<Answer> answer(InferRequest request, CallMetrics.Call call) {
        ServedModel model = catalog.acquire(request.getModelName(), request.getModelVersion());
        try {
            call.of(model.name());
            gateOf(model);
            AtomicBoolean held = new AtomicBoolean(true);
            return gateway.answer(model, inputs.read(model, request), List.of(), options(request.getOptions()))
                    .onTermination()
                    .invoke(() -> {
                        // Told twice if the client cancels just when the answer comes.
                        if (held.getAndSet(false)) {
                            model.release();
                        }
                    });
        } catch (RuntimeException e) {
            model.release();
            throw e;
        }
    }

    /** How a model's gate stands. */
    GateStatus gate(GetGateRequest request) {
        ServedModel model = catalog.acquire(request.getModelName(), request.getModelVersion());
        try {
            return GateStatuses.of(model, gateOf(model).snapshot(), Instant.now());
        } finally {
            model.release();
        }
    }

    private static Gate gateOf(ServedModel model) {
        return model.gate().orElseThrow(() -> Status.FAILED_PRECONDITION
                .withDescription(
                        "model '%s' has no gate (expected: a model.yaml with 'gate'); use ModelInfer, or add one"
                                .formatted(model.name()))
                .asRuntimeException());
    }

    private static CallOptions options(InferOptions options) {
        GateRequest gate = new GateRequest(
                options.getEscalation() != EscalationMode.ESCALATION_MODE_NEVER,
                !options.getNeverAudit(),
                options.getEscalation() == EscalationMode.ESCALATION_MODE_ALWAYS,
                options.hasThreshold()
                        ? OptionalDouble.of(finite(options.getThreshold().getValue()))
                        : OptionalDouble.empty());
        if (options.getEscalation() == EscalationMode.UNRECOGNIZED) {
            throw new InvalidRequestException(
                    "escalation: %d (expected: 0 auto, 1 never, 2 always)".formatted(options.getEscalationValue()));
        }
        return new CallOptions(
                gate,
                Waits.read(options.getWait()),
                CallOptions.checkedSubject(options.getSubject()),
                QueuePolicy.DEFAULT);
    }

    private static double finite(double threshold) {
        if (!Double.isFinite(threshold)) {
            throw new InvalidRequestException("threshold: %s (expected: a finite number)".formatted(threshold));
        }
        return threshold;
    }
}
