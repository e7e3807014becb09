package io.tiergate.serving.testing;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.RunTimes;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.GrpcEndpoint;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelControl;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.inference.QueuePolicy;
import io.tiergate.serving.inference.RunRequest;
import io.tiergate.serving.openinference.OpenInferenceService;
import io.tiergate.serving.openinference.OpenInferenceSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The protocol's service over real models on a real server, on a port of the loopback interface, and a channel to it. */
public final class ProtocolServer implements AutoCloseable {
    private final ModelCatalog<PlainModel> catalog;
    private final InferencePool pool;
    private final ModelControl control;
    private final OpenInferenceService<PlainModel> service;
    private final GrpcEndpoint endpoint;
    private final ManagedChannel channel;

    /**
     * @param models the repository
     * @param threads of the pool on which models run; its queue has place for 40 requests more
     */
    public ProtocolServer(Path models, ModelControlMode mode, int threads, boolean lenientModelReady)
            throws IOException {
        catalog = ModelCatalog.load(models, PlainModel.LOADER);
        pool = new InferencePool(threads, 40, new InferenceStatistics());
        control = mode == ModelControlMode.POLL
                ? ModelControl.polling(catalog, Duration.ofSeconds(15))
                : new ModelControl(catalog, mode);
        service = new OpenInferenceService<>(
                catalog,
                new PlainBackend(pool),
                pool.statistics(),
                control,
                new CallMetrics(new SimpleMeterRegistry()),
                new OpenInferenceSettings("tiergate", "1.2.3", 64, threads, lenientModelReady));
        endpoint = new GrpcEndpoint(new LoopbackConfig(), List.of(service));
        endpoint.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port())
                .usePlaintext()
                .build();
    }

    public ManagedChannel channel() {
        return channel;
    }

    public ModelCatalog<PlainModel> catalog() {
        return catalog;
    }

    public InferencePool pool() {
        return pool;
    }

    /** Keeps one of the pool's threads busy until the latch is opened; returns once it is. */
    public void holdThread(CountDownLatch latch) throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        pool.run(new RunRequest(catalog.served().getFirst(), 1, 1, QueuePolicy.DEFAULT), () -> {
                    busy.countDown();
                    latch.await();
                    return new ModelRun<>("done", new RunTimes(0, 0, 0));
                })
                .subscribe()
                .with(done -> {});
        busy.await();
    }

    /** As the endpoint does when it is going to stop. */
    public void drain() {
        service.drain();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        endpoint.close();
        control.close();
        pool.close();
        catalog.close();
    }
}
