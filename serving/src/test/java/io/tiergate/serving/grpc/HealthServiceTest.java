package io.tiergate.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
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

    private static void assertEnded(Watch watch) throws Exception {
        assertThat(watch.told.take()).isEqualTo(ServingStatus.NOT_SERVING);
        Status end = watch.end.get();
        assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(end.getDescription()).isEqualTo("Server not ready: it is stopping. Watch another one.");
    }

    private Watch watch(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        Watch watch = new Watch();
        HealthGrpc.newStub(channel).watch(HealthCheckRequest.getDefaultInstance(), watch);
        return watch;
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
