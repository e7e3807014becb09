package io.tiergate.serving.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts calls. Every call counts once in {@code tiergate_requests_total}; one that failed counts in
 * {@code tiergate_requests_failed_total} too. A call for a model that is not served is counted under {@code unknown}, so that
 * clients cannot make labels.
 */
public final class CallMetrics {
    private final MeterRegistry registry;
    private final Timer requestSeconds;
    /** Looking a meter up in its registry costs more than running a small model. */
    private final ConcurrentMap<String, Counter> requestsByModel = new ConcurrentHashMap<>();

    public CallMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.requestSeconds =
                Timer.builder("tiergate.request").publishPercentileHistogram().register(registry);
    }

    private Counter requests(String model) {
        Counter known = requestsByModel.get(model);
        return known != null
                ? known
                : requestsByModel.computeIfAbsent(
                        model, fresh -> registry.counter("tiergate.requests", "model", fresh));
    }

    /** A call has arrived. */
    public Call started() {
        return new Call(Timer.start(registry));
    }

    /** One call from its arrival to its reply. */
    public final class Call {
        private final Timer.Sample timer;
        private String model = "unknown";

        private Call(Timer.Sample timer) {
            this.timer = timer;
        }

        /** The model is known, and served. */
        public void of(String servedModel) {
            model = servedModel;
        }

        /** The answer is on its way. */
        public void answered() {
            finish();
        }

        /** There is no answer; returns what the client is told. */
        public StatusRuntimeException failed(Throwable failure) {
            StatusRuntimeException status = Failures.toStatus(failure);
            failed(status.getStatus().getCode());
            return status;
        }

        /** The client went away, or its deadline passed, before there was an answer. */
        public void cancelled() {
            failed(Status.Code.CANCELLED);
        }

        private void failed(Status.Code code) {
            finish();
            Counter.builder("tiergate.requests.failed")
                    .tags("model", model, "status", code.name())
                    .register(registry)
                    .increment();
        }

        private void finish() {
            requests(model).increment();
            timer.stop(requestSeconds);
        }
    }
}
