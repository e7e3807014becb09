package io.tiergate.cloud;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.cloud.adjudication.EnsembleRunner;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.inference.InferenceEndpoint;
import io.tiergate.cloud.intake.EscalationIntake;
import io.tiergate.cloud.review.DatabaseMigration;
import io.tiergate.cloud.review.queue.DecisionPublisher;
import io.tiergate.cloud.review.queue.Erasure;
import io.tiergate.process.ParentPipe;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Starts the parts in the order in which they need each other, says when the service is ready, and stops them. */
@ApplicationScoped
class CloudService {
    private static final Logger LOG = Logger.getLogger(CloudService.class);
    private static final Duration LAST_PASS = Duration.ofSeconds(3);
    private static final String HTTP_PORT = "quarkus.http.port";

    private final ServiceConfig config;
    private final ConfigurationCheck check;
    private final Ensembles ensembles;
    private final InferenceEndpoint endpoint;
    private final EnsembleRunner runner;
    private final DatabaseMigration migration;
    private final ServiceReadiness readiness;
    private final EscalationIntake intake;
    private final DecisionPublisher decisions;
    private final Erasure erasure;
    private final CompletableFuture<Integer> httpPort = new CompletableFuture<>();

    /** How to stop what was started, the latest first. */
    private final Deque<Runnable> stops = new ConcurrentLinkedDeque<>();

    private Cancellable starting = () -> {};

    @Inject
    CloudService(
            ServiceConfig config,
            ConfigurationCheck check,
            Ensembles ensembles,
            InferenceEndpoint endpoint,
            EnsembleRunner runner,
            DatabaseMigration migration,
            @Readiness ServiceReadiness readiness,
            EscalationIntake intake,
            DecisionPublisher decisions,
            Erasure erasure) {
        this.config = config;
        this.check = check;
        this.ensembles = ensembles;
        this.endpoint = endpoint;
        this.runner = runner;
        this.migration = migration;
        this.readiness = readiness;
        this.intake = intake;
        this.decisions = decisions;
        this.erasure = erasure;
    }

    void start(@Observes StartupEvent event) {
        ParentPipe.watch(Quarkus::asyncExit);
        starting = Uni.createFrom()
                .voidItem()
                .invoke(check::requireSound)
                .invoke(this::installNativeCode)
                .invoke(this::loadEnsembles)
                .map(loaded -> bindPort())
                .call(migration::migrate)
                .invoke(readiness::migrated)
                .chain(port -> Uni.createFrom().completionStage(httpPort).invoke(http -> announce(port, http)))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .subscribe()
                .with(done -> beginWork(), this::giveUp);
    }

    void httpStarted(@ObservesAsync HttpServerStart event) {
        // With port 0 only the configuration knows which port was taken: the server writes it back.
        int port = event.options().getPort();
        httpPort.complete(port > 0 ? port : ConfigProvider.getConfig().getValue(HTTP_PORT, Integer.class));
    }

    void stop(@Observes ShutdownEvent event) {
        starting.cancel();
        while (!stops.isEmpty()) {
            stops.pop().run();
        }
    }

    private void installNativeCode() {
        try {
            NativeCode.install(config.dataDir());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void loadEnsembles() {
        try {
            ensembles.load(config.models());
            stops.push(ensembles::close);
            if (!ensembles.isEmpty()) {
                readiness.loaded();
            }
        } catch (IOException e) {
            throw new FatalException(e.getMessage(), e);
        }
    }

    /** Returns the port that was bound. */
    private int bindPort() {
        try {
            int port = endpoint.start(ensembles.catalog());
            stops.push(endpoint::stop);
            return port;
        } catch (IOException e) {
            throw new FatalException(e.getMessage(), e);
        }
    }

    private void announce(int grpcPort, int http) {
        if (ensembles.isEmpty()) {
            LOG.warnf(
                    "No ensemble can be served, so no escalation is read: models=%s. Put a package with 'kind: ensemble' there and restart.",
                    config.models());
            return;
        }
        endpoint.serving();
        // The one line on standard output: whoever started this process waits for it.
        System.out.println("tiergate cloud ready grpc=" + grpcPort + " http=" + http);
        System.out.flush();
    }

    private void beginWork() {
        if (!ensembles.isEmpty()) {
            stops.push(() -> runner.stop(LAST_PASS));
            stops.push(intake::stop);
            intake.start();
            stops.push(decisions::stop);
            decisions.start();
            stops.push(erasure::stop);
            erasure.start();
        }
    }

    private void giveUp(Throwable failure) {
        if (failure instanceof FatalException) {
            LOG.error(failure.getMessage());
        } else {
            LOG.error("The cloud service could not start", failure);
        }
        Quarkus.asyncExit(1);
    }
}
