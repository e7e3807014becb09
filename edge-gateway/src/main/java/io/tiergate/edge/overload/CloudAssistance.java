package io.tiergate.edge.overload;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.Assistance;
import io.tiergate.edge.inference.CallInputs;
import io.tiergate.edge.inference.CallOptions;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.serving.inference.EventLoops;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Asks an ensemble of the cloud's over the Open Inference Protocol. At most so many calls are under way at once, and none while the cloud
 * does not answer.
 */
public final class CloudAssistance implements Assistance, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CloudAssistance.class);

    private final MeterRegistry registry;
    private final Duration timeout;
    private final Semaphore calls;
    private final ManagedChannel channel;
    private final GRPCInferenceServiceStub stub;
    private final CircuitBreaker breaker = new CircuitBreaker(System::nanoTime);

    /**
     * Connects with the first call, not before.
     *
     * @param config with the cloud's address
     */
    public CloudAssistance(OverloadConfig config, MeterRegistry registry) {
        this.registry = registry;
        this.timeout = config.timeout();
        this.calls = new Semaphore(config.maxCalls());
        // Its callbacks hand the answer on at once.
        this.channel = NettyChannelBuilder.forTarget(config.cloud().orElseThrow())
                .usePlaintext()
                .directExecutor()
                .build();
        this.stub = GRPCInferenceServiceGrpc.newStub(channel);
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            Gauge.builder("tiergate.cloud.assisted.state", () -> breaker.state() == state ? 1 : 0)
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    @Override
    public Uni<Answer> answer(
            ServedModel model, CallInputs inputs, List<String> wanted, CallOptions options, Deadline deadline) {
        return CloudQuestion.of(model, inputs, wanted, options)
                .map(question -> Uni.createFrom().deferred(() -> admitted(question, deadline)))
                .orElseGet(() -> refused(model, "not-assistable"));
    }

    private Uni<Answer> admitted(CloudQuestion question, Deadline deadline) {
        ServedModel model = question.model();
        if (!calls.tryAcquire()) {
            return refused(model, "busy");
        }
        if (!breaker.admits()) {
            calls.release();
            return refused(model, "open");
        }
        return Uni.createFrom()
                .<ModelInferResponse>emitter(emitter -> ask(question.toRequest(), deadline, emitter))
                .emitOn(EventLoops.currentOr(Infrastructure.getDefaultExecutor()))
                .map(response -> question.toAnswer(
                        CloudOpinions.of(response, question.inputs().rows())))
                .invoke(answer -> count(model, "answered"))
                .onFailure()
                .invoke(failure -> count(model, "failed"));
    }

    private Uni<Answer> refused(ServedModel model, String why) {
        count(model, why);
        return Uni.createFrom().failure(new IllegalStateException(why));
    }

    private void count(ServedModel model, String outcome) {
        registry.counter("tiergate.cloud.assisted", "model", model.name(), "outcome", outcome)
                .increment();
    }

    private void ask(ModelInferRequest request, Deadline deadline, UniEmitter<? super ModelInferResponse> emitter) {
        Deadline ours = Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
        boolean callersOwn = deadline != null && deadline.isBefore(ours);
        Reply reply = new Reply(emitter, callersOwn);
        // Not in the caller's context: its cancellation comes through the emitter, and this thread may serve another
        // call by now.
        Context.ROOT.run(() -> stub.withDeadline(callersOwn ? deadline : ours).modelInfer(request, reply));
        emitter.onTermination(reply::cancel);
    }

    /** Takes the one message of an answer, and says how the cloud stands. */
    private final class Reply implements ClientResponseObserver<ModelInferRequest, ModelInferResponse> {
        private final UniEmitter<? super ModelInferResponse> emitter;
        private final boolean callersDeadline;
        private ClientCallStreamObserver<ModelInferRequest> call;
        private ModelInferResponse response;

        Reply(UniEmitter<? super ModelInferResponse> emitter, boolean callersDeadline) {
            this.emitter = emitter;
            this.callersDeadline = callersDeadline;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ModelInferRequest> started) {
            call = started;
        }

        @Override
        public void onNext(ModelInferResponse message) {
            response = message;
        }

        @Override
        public void onCompleted() {
            calls.release();
            breaker.answered();
            emitter.complete(response);
        }

        @Override
        public void onError(Throwable failure) {
            calls.release();
            learn(Status.fromThrowable(failure));
            emitter.fail(failure);
        }

        private void learn(Status status) {
            switch (status.getCode()) {
                case CANCELLED -> breaker.abandoned();
                // What is wrong with a question says nothing about the cloud.
                case INVALID_ARGUMENT, NOT_FOUND, RESOURCE_EXHAUSTED, INTERNAL -> breaker.answered();
                case DEADLINE_EXCEEDED -> {
                    if (callersDeadline) {
                        breaker.abandoned();
                    } else {
                        failed(status);
                    }
                }
                default -> failed(status);
            }
        }

        private void failed(Status status) {
            CircuitBreaker.State before = breaker.state();
            breaker.failed();
            if (before == CircuitBreaker.State.CLOSED && breaker.state() == CircuitBreaker.State.OPEN) {
                LOG.warnf("The cloud does not answer in the edge's place, calls are refused again: %s", status);
            }
        }

        void cancel() {
            // Nothing happens where the answer is there.
            call.cancel("nobody waits for it any more", null);
        }
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        channel.shutdownNow();
    }
}
