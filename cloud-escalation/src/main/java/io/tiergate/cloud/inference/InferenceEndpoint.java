package io.tiergate.cloud.inference;

import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.cloud.adjudication.SampleJudge;
import io.tiergate.cloud.adjudication.ServedEnsemble;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.GrpcConfig;
import io.tiergate.serving.grpc.GrpcEndpoint;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelControl;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.openinference.OpenInferenceService;
import io.tiergate.serving.openinference.OpenInferenceSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** The gRPC port, from the time the ensembles are loaded until the service stops. */
@ApplicationScoped
public class InferenceEndpoint {
    private static final Logger LOG = Logger.getLogger(InferenceEndpoint.class);

    private final GrpcConfig grpc;
    private final InferenceConfig inference;
    private final SampleJudge judge;
    private final MeterRegistry registry;
    private final String version;

    private ModelCatalog<ServedEnsemble> ensembles;
    private InferencePool pool;
    private ModelControl control;
    private GrpcEndpoint server;

    @Inject
    InferenceEndpoint(
            GrpcConfig grpc,
            InferenceConfig inference,
            SampleJudge judge,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.grpc = grpc;
        this.inference = inference;
        this.judge = judge;
        this.registry = registry;
        this.version = version;
    }

    /**
     * Binds the port. Calls are answered from now on, but health checks are told to wait for {@link #serving}.
     *
     * @return the port that was bound
     * @throws IOException if it is taken
     */
    public synchronized int start(ModelCatalog<ServedEnsemble> served) throws IOException {
        ensembles = served;
        int half = (Runtime.getRuntime().availableProcessors() + 1) / 2;
        pool = new InferencePool(
                inference.threads().orElse(half), inference.queueCapacity(), new InferenceStatistics());
        // Never by a caller's word: an ensemble that goes would have its escalations rejected.
        control = new ModelControl(ensembles, ModelControlMode.NONE);
        server = new GrpcEndpoint(
                grpc,
                List.of(new OpenInferenceService<>(
                        ensembles,
                        new EnsembleBackend(pool, judge, inference.maxBatchSize()),
                        pool.statistics(),
                        control,
                        new CallMetrics(registry),
                        new OpenInferenceSettings(
                                grpc.serverName(),
                                version,
                                inference.maxBatchSize(),
                                pool.size(),
                                grpc.lenientModelReady()))));
        ensembles.served().forEach(ensemble -> server.modelServing(ensemble.name(), false));
        server.start();
        return server.port();
    }

    /** Tells health checks that the service, and each ensemble, answers. */
    public synchronized void serving() {
        ensembles.served().forEach(ensemble -> server.modelServing(ensemble.name(), true));
        server.serving(true);
    }

    /** Tells clients to go elsewhere, lets calls under way finish, then stops. */
    public synchronized void stop() {
        server.close();
        try {
            control.close();
            pool.close();
        } catch (IllegalStateException e) {
            LOG.warnf("A call still runs and is left behind: reason=%s", e.getMessage());
        }
    }
}
