package io.tiergate.edge;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.testing.TestModels;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole process is told to stop while it is busy. It would wait for calls for longer than the test does, so that whatever kept it
 * waiting would fail the test.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StopIT {
    /** What Java exits with after SIGTERM: 128 and the signal's number. */
    private static final int TERMINATED = 143;

    private static final int CALLERS = 16;

    @TempDir
    Path folder;

    private EdgeProcess edge;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        edge = EdgeProcess.start(
                folder.resolve("edge"),
                TestModels.copyTo("tiny", folder.resolve("models")),
                Map.of("tiergate.grpc.drain", "10m"));
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                // What comes over the connection is told in the order in which it comes.
                .directExecutor()
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        if (channel != null) {
            channel.shutdownNow();
        }
        if (edge != null) {
            edge.close();
        }
    }

    @Test
    void callsUnderLoadAreAnsweredOrFindNobodyOnceWatchersHaveBeenTold() throws Exception {
        Recorder<HealthCheckResponse> health = watchHealth();
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(new Caller(i % 2 == 0 ? this::infer : this::modelInfer, health));
        }
        callers.forEach(Caller::call);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> callers.stream().allMatch(caller -> caller.answered.get() > 20));
        edge.terminate();

        for (Caller caller : callers) {
            Refusal refusal = caller.refused.get();
            assertThat(refusal.status().getCode()).as("%s", refusal).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refusal.status().getCause())
                    .as("a call that got to the gateway is answered")
                    .hasRootCauseInstanceOf(ConnectException.class);
            assertThat(refusal.lastHealth()).isEqualTo(ServingStatus.NOT_SERVING);
        }
        assertThat(edge.awaitExit()).isEqualTo(TERMINATED);
        assertThat(edge.log()).doesNotContain("ERROR").doesNotContain("\tat ");
    }

    @Test
    void whoOnlyWatchesIsSentAwayAndDoesNotHoldItUp() throws Exception {
        Recorder<HealthCheckResponse> health = watchHealth();
        Recorder<VerdictEvent> verdicts = new Recorder<>();
        TieredInferenceGrpc.newStub(channel).watchVerdicts(WatchVerdictsRequest.getDefaultInstance(), verdicts);
        Recorder<ModelInferResponse> held = new Recorder<>();
        // A stream begins with its headers alone: the call is under way, and stays so until its message is sent.
        StreamObserver<ModelInferRequest> request = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(
                        GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                                .build(),
                        CallOptions.DEFAULT),
                held);
        await().until(() -> !health.received.isEmpty());
        edge.terminate();

        assertThat(health.end.get().getDescription()).isEqualTo("Server not ready: it is stopping. Watch another one.");
        assertThat(health.received)
                .extracting(HealthCheckResponse::getStatus)
                .containsExactly(ServingStatus.SERVING, ServingStatus.NOT_SERVING);
        assertThat(verdicts.end.get().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(verdicts.end.get().getDescription()).contains("the gateway is stopping");

        request.onNext(raw("tiny-edge", doubtful()).build());
        request.onCompleted();
        assertThat(held.end.get()).as("a call that was accepted before").isEqualTo(Status.OK);
        assertThat(held.received
                        .getFirst()
                        .getParametersOrThrow("tiergate.decision")
                        .getStringParam())
                .isEqualTo("ESCALATED");
        assertThat(edge.awaitExit()).isEqualTo(TERMINATED);
    }

    private Recorder<HealthCheckResponse> watchHealth() {
        Recorder<HealthCheckResponse> health = new Recorder<>();
        HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), health);
        return health;
    }

    private ListenableFuture<?> infer() {
        return TieredInferenceGrpc.newFutureStub(channel)
                .infer(InferRequest.newBuilder()
                        .setModelName("tiny-edge")
                        .addInputs(Tensor.newBuilder()
                                .setName("x")
                                .setDatatype("FP32")
                                .addShape(1)
                                .addShape(4)
                                .setData(raw("tiny-edge", doubtful()).getRawInputContents(0)))
                        .build());
    }

    private ListenableFuture<?> modelInfer() {
        return GRPCInferenceServiceGrpc.newFutureStub(channel)
                .modelInfer(raw("tiny-edge", doubtful()).build());
    }

    /** A call that was not answered, and what was known of the gateway's health then. */
    private record Refusal(Status status, ServingStatus lastHealth) {}

    /** Calls again whenever it is answered, and stops when it is not. */
    private static final class Caller implements FutureCallback<Object> {
        private final Supplier<ListenableFuture<?>> calls;
        private final Recorder<HealthCheckResponse> health;
        private final AtomicInteger answered = new AtomicInteger();
        private final CompletableFuture<Refusal> refused = new CompletableFuture<>();

        private Caller(Supplier<ListenableFuture<?>> calls, Recorder<HealthCheckResponse> health) {
            this.calls = calls;
            this.health = health;
        }

        void call() {
            Futures.addCallback(calls.get(), this, MoreExecutors.directExecutor());
        }

        @Override
        public void onSuccess(Object answer) {
            answered.incrementAndGet();
            call();
        }

        @Override
        public void onFailure(Throwable failure) {
            refused.complete(new Refusal(
                    Status.fromThrowable(failure), health.received.getLast().getStatus()));
        }
    }

    private static final class Recorder<T> implements StreamObserver<T> {
        private final List<T> received = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(T message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
