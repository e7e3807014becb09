package io.tiergate.cloud;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** The gRPC port, with {@code grpc.health.v1} on it. */
@ApplicationScoped
class GrpcEndpoint {
    private final HealthStatusManager health = new HealthStatusManager();
    private Server server;

    /**
     * Binds the port; the service is not serving yet.
     *
     * @return the port that was bound
     * @throws FatalException if the port is taken
     */
    int start(int port) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.NOT_SERVING);
        try {
            server = NettyServerBuilder.forPort(port)
                    .addService(health.getHealthService())
                    .build()
                    .start();
            return server.getPort();
        } catch (IOException e) {
            throw new FatalException(
                    "gRPC port " + port + " is taken. End what holds it, or choose another with --port.", e);
        }
    }

    void serving() {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    }

    void stop() {
        health.enterTerminalState();
        if (server != null) {
            server.shutdownNow();
        }
    }
}
