package io.tiergate.serving.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tiergate.serving.inference.EventLoops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The gRPC server: grpc-java on Netty, its handlers run on the event loops themselves. Until {@link #serving} it answers health checks
 * with NOT_SERVING, and again once it is closed.
 */
public final class GrpcEndpoint implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GrpcEndpoint.class);

    /** Streams included: one connection must not hold the memory of all. */
    private static final int CALLS_PER_CONNECTION = 1024;

    /** Of each call, and of all calls of a connection together: what may be on its way before a client waits for the server. */
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

    /** What health checks call the server as a whole. */
    private static final String EVERYTHING = "";

    private final InetSocketAddress address;
    private final Server server;
    private final List<DrainableService> services;
    private final EventLoopGroup eventLoops;
    private final int eventLoopCount;
    private final HealthService health = new HealthService();
    private final long drainNanos;

    /** Prepares the server; nothing listens before {@link #start}. */
    public GrpcEndpoint(GrpcConfig config, List<DrainableService> services) {
        this.services = List.copyOf(services);
        this.drainNanos = config.drain().toNanos();
        this.address = new InetSocketAddress(config.host(), config.port());
        int loops = config.eventLoops().orElse(Runtime.getRuntime().availableProcessors());
        this.eventLoopCount = loops;
        this.eventLoops = new NioEventLoopGroup(loops, new DefaultThreadFactory("grpc", true));
        eventLoops.forEach(loop -> loop.execute(() -> EventLoops.enter(loop)));
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(eventLoops)
                .workerEventLoopGroup(eventLoops)
                .directExecutor()
                // A fixed size, or the server measures the way to each client with pings, which are written and flushed
                // between the answers.
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .maxInboundMessageSize(Math.toIntExact(config.maxMessageSize().asLongValue()))
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                // Clients may be set to ping often; an idle site's network equipment forgets quiet connections.
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(CheckedRequests.of(health));
        services.forEach(service -> builder.addService(CheckedRequests.of(service)));
        if (config.reflection()) {
            reflection().forEach(builder::addService);
        }
        this.server = builder.build();
        setStatus(ServingStatus.NOT_SERVING);
    }

    /** The server as a whole, and each of its services by name. */
    private void setStatus(ServingStatus status) {
        health.set(EVERYTHING, status);
        services.forEach(service ->
                health.set(service.bindService().getServiceDescriptor().getName(), status));
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

    /** Tells health checks whether the services answer. */
    public void serving(boolean serving) {
        setStatus(status(serving));
    }

    /** Tells health checks whether a model answers. */
    public void modelServing(String model, boolean serving) {
        health.set(model, status(serving));
    }

    private static ServingStatus status(boolean serving) {
        return serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** Number of threads that read from the network. */
    public int eventLoops() {
        return eventLoopCount;
    }

    public int port() {
        return server.getPort();
    }

    /** Tells probes and clients to go elsewhere, lets calls under way finish, then stops. */
    @Override
    public void close() {
        health.drain();
        services.forEach(DrainableService::drain);
        server.shutdown();
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
