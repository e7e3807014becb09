package io.tiergate.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.serving.testing.LoopbackConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HealthServiceTest {
    private ManagedChannel channel;

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    /** A server that waits for its patience to run out ends calls with words of its own. */
    @Test
    void aWatchIsToldThatTheServerStopsAndThenEndedByIt() throws Exception {
        GrpcEndpoint endpoint = new GrpcEndpoint(new LoopbackConfig(), List.of());
        endpoint.start();
        endpoint.serving(true);
        Watch watch = watch(endpoint.port());
        assertThat(watch.told.take()).isEqualTo(ServingStatus.SERVING);
        endpoint.close();

        assertEnded(watch);
    }

    @Test
    void aWatchThatBeginsWhileTheServerStopsIsToldTooBeforeItIsEnded() throws Exception {
        HealthService health = new HealthService();
        health.set("", ServingStatus.SERVING);
        health.drain();
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(CheckedRequests.of(health))
                .build()
                .start();
        try {
            assertEnded(watch(server.getPort()));
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void aServiceIsWatchedByItsName() throws Exception {
        try (GrpcEndpoint endpoint = new GrpcEndpoint(new LoopbackConfig(), List.of(new SilentService()))) {
            endpoint.start();
            Watch watch = watch(endpoint.port(), GRPCInferenceServiceGrpc.SERVICE_NAME);
            assertThat(watch.told.take()).isEqualTo(ServingStatus.NOT_SERVING);
            endpoint.serving(true);
            assertThat(watch.told.take()).isEqualTo(ServingStatus.SERVING);
            assertThat(check(GRPCInferenceServiceGrpc.SERVICE_NAME)).isEqualTo(ServingStatus.SERVING);
        }
    }

    /** A model that is loaded later is told to those who ask for it already. */
    @Test
    void aModelIsWatchedByItsNameWhateverBecomesOfOthers() throws Exception {
        try (GrpcEndpoint endpoint = new GrpcEndpoint(new LoopbackConfig(), List.of())) {
            endpoint.start();
            endpoint.serving(true);
            Watch watch = watch(endpoint.port(), "tiny-edge");
            assertThat(watch.told.take()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
            endpoint.modelServing("tiny-plain", false);
            endpoint.modelServing("tiny-edge", true);
            assertThat(watch.told.take()).isEqualTo(ServingStatus.SERVING);
            assertThat(check("tiny-edge")).isEqualTo(ServingStatus.SERVING);
            assertThat(check("tiny-plain")).isEqualTo(ServingStatus.NOT_SERVING);
            endpoint.modelServing("tiny-edge", false);
            assertThat(watch.told.take()).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(check("")).isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void aCheckOfAnUnknownNameFindsNothing() throws Exception {
        try (GrpcEndpoint endpoint = new GrpcEndpoint(new LoopbackConfig(), List.of())) {
            endpoint.start();
            connect(endpoint.port());
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> check("nobody"))
                    .satisfies(
                            failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
        }
    }

    private static void assertEnded(Watch watch) throws Exception {
        assertThat(watch.told.take()).isEqualTo(ServingStatus.NOT_SERVING);
        Status end = watch.end.get();
        assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(end.getDescription()).isEqualTo("Server not ready: it is stopping. Watch another one.");
    }

    private void connect(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    private Watch watch(int port) {
        return watch(port, "");
    }

    private Watch watch(int port, String name) {
        connect(port);
        Watch watch = new Watch();
        HealthGrpc.newStub(channel).watch(request(name), watch);
        return watch;
    }

    private ServingStatus check(String name) {
        return HealthGrpc.newBlockingStub(channel).check(request(name)).getStatus();
    }

    private static HealthCheckRequest request(String name) {
        return HealthCheckRequest.newBuilder().setService(name).build();
    }

    private static final class Watch implements StreamObserver<HealthCheckResponse> {
        private final BlockingQueue<ServingStatus> told = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(HealthCheckResponse response) {
            told.add(response.getStatus());
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
