package io.tiergate.edge.api;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.ModelCatalog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** The gRPC server: grpc-java on Netty, its handlers run on the event loops themselves. */
public final class GrpcEndpoint implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GrpcEndpoint.class);

    /** Streams included: one connection must not hold the memory of all. */
    private static final int CALLS_PER_CONNECTION = 1024;

    private final InetSocketAddress address;
    private final Server server;
    private final TieredInferenceService tiered;
    private final EventLoopGroup eventLoops;
    private final HealthStatusManager health;
    private final long drainNanos;
    private volatile boolean draining;

    /**
     * Prepares the server; nothing listens before {@link #start}.
     *
     * @param version of this program, for ServerMetadata
     */
    public GrpcEndpoint(
            GrpcConfig config,
            String version,
            ModelCatalog catalog,
            Gateway gateway,
            Ledger ledger,
            MeterRegistry registry) {
        CallMetrics metrics = new CallMetrics(registry);
        int maxMessageBytes = Math.toIntExact(config.maxMessageSize().asLongValue());
        this.tiered = new TieredInferenceService(catalog, new RequestInputs(maxMessageBytes), gateway, ledger, metrics);
        List<BindableService> inference = List.of(
                new OpenInferenceService(
                        catalog,
                        gateway,
                        metrics,
                        () -> !draining && !catalog.served().isEmpty(),
                        config.serverName(),
                        version),
                tiered);
        this.drainNanos = config.drain().toNanos();
        this.health = new HealthStatusManager();
        this.address = new InetSocketAddress(config.host(), config.port());
        int loops = config.eventLoops().orElse(Runtime.getRuntime().availableProcessors());
        this.eventLoops = new NioEventLoopGroup(loops, new DefaultThreadFactory("grpc", true));
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(eventLoops)
                .workerEventLoopGroup(eventLoops)
                .directExecutor()
                .maxInboundMessageSize(maxMessageBytes)
                // Clients may be set to ping often; an idle site's network equipment forgets quiet connections.
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(health.getHealthService());
        inference.forEach(builder::addService);
        if (config.reflection()) {
            reflection().forEach(builder::addService);
        }
        this.server = builder.build();
        ServingStatus status = catalog.served().isEmpty() ? ServingStatus.NOT_SERVING : ServingStatus.SERVING;
        health.setStatus("", status);
        inference.forEach(service ->
                health.setStatus(service.bindService().getServiceDescriptor().getName(), status));
        catalog.served().forEach(model -> health.setStatus(model.name(), ServingStatus.SERVING));
    }

    /** Both versions: older clients know only the deprecated one. */
    @SuppressWarnings("deprecation")
    private static List<BindableService> reflection() {
        return List.of(ProtoReflectionServiceV1.newInstance(), ProtoReflectionService.newInstance());
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the port is taken
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "gRPC address %s cannot be used: %s. End what holds it, or choose another port with --port (tiergate.grpc.port)."
                            .formatted(
                                    address,
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                    e);
        }
    }

    public int port() {
        return server.getPort();
    }

    /** Tells probes and clients to go elsewhere, lets calls under way finish, then stops. */
    @Override
    public void close() {
        draining = true;
        health.enterTerminalState();
        server.shutdown();
        tiered.drain();
        try {
            if (!server.awaitTermination(drainNanos, TimeUnit.NANOSECONDS)) {
                LOG.infof("Calls still under way are ended: waited=%dms", TimeUnit.NANOSECONDS.toMillis(drainNanos));
                server.shutdownNow().awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        eventLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
