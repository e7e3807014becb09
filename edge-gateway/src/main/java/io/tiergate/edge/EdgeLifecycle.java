package io.tiergate.edge;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.tiergate.edge.api.GatedBackend;
import io.tiergate.edge.api.SampleMetrics;
import io.tiergate.edge.api.TieredInferenceService;
import io.tiergate.edge.escalation.AskingAgain;
import io.tiergate.edge.escalation.ClaimChecks;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.gate.GateFeedback;
import io.tiergate.edge.gate.GateMetrics;
import io.tiergate.edge.gate.Gates;
import io.tiergate.edge.inference.EdgeModelLoader;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.InferenceConfig;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.edge.link.KafkaLink;
import io.tiergate.edge.overload.CloudAssistance;
import io.tiergate.edge.telemetry.ClaimCheckMetrics;
import io.tiergate.edge.telemetry.EdgeMetrics;
import io.tiergate.edge.verdict.LabelReports;
import io.tiergate.edge.verdict.VerdictCache;
import io.tiergate.edge.verdict.VerdictInbox;
import io.tiergate.edge.verdict.VerdictNews;
import io.tiergate.edge.verdict.VerdictWaiters;
import io.tiergate.image.ImageDecoder;
import io.tiergate.process.ParentPipe;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.DrainableService;
import io.tiergate.serving.grpc.GrpcEndpoint;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelControl;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.inference.PoolSettings;
import io.tiergate.serving.openinference.OpenInferenceService;
import io.tiergate.serving.openinference.OpenInferenceSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;

/** Starts the gateway's parts in the order in which they need each other, and stops them in the opposite one. */
@ApplicationScoped
public class EdgeLifecycle {
    private static final Logger LOG = Logger.getLogger(EdgeLifecycle.class);

    private final EdgeSettings settings;
    private final KafkaConnector connector;
    private final MeterRegistry registry;
    private final String version;

    /** What has been started, the latest first. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private volatile GrpcEndpoint endpoint;
    private volatile ModelCatalog<ServedModel> catalog;
    private volatile boolean running;

    EdgeLifecycle(
            EdgeSettings settings,
            @Connector(KafkaConnector.CONNECTOR_NAME) KafkaConnector connector,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.settings = settings;
        this.connector = connector;
        this.registry = registry;
        this.version = version;
    }

    void start(@Observes StartupEvent event) {
        ParentPipe.watch(Quarkus::asyncExit);
        String problems = settings.problems();
        if (!problems.isEmpty()) {
            giveUp("The configuration cannot be used: " + problems);
            return;
        }
        try {
            startParts();
        } catch (IOException e) {
            giveUp(e.getMessage());
        }
    }

    private void startParts() throws IOException {
        EdgeConfig config = settings.edge();
        NativeCode.install(config.dataDir().resolve("native"));
        InferenceConfig inference = settings.inference();
        GateMetrics gateMetrics = new GateMetrics(registry);
        Gates gates = new Gates(config.dataDir(), settings.gate(), gateMetrics::alarmed);
        catalog = opened(ModelCatalog.load(
                config.models(),
                new EdgeModelLoader(
                        new SessionSettings(inference.intraOpThreads(), 1, inference.spinning()),
                        ImageDecoder.within(Runtime.getRuntime().maxMemory() / 2),
                        gates::open)));
        opened(gates);
        // After the gates, so that it is closed before them: they are saved with every verdict that it has.
        Ledger ledger = opened(Ledger.open(config.dataDir(), settings.outbox()));
        // Not before the ledger has made sure that no other gateway uses the folder.
        gates.start(catalog);
        gateMetrics.show(catalog);
        InferencePool pool = opened(new InferencePool(
                new PoolSettings(
                        inference.threads().orElse(Runtime.getRuntime().availableProcessors()),
                        inference.queueCapacity(),
                        inference.maxDelay(),
                        inference.inlineBudget()),
                new InferenceStatistics()));
        VerdictWaiters waiters = new VerdictWaiters();
        int partition = settings.verdicts().partition();
        VerdictCache verdicts = new VerdictCache(settings.verdicts().cacheEntries());
        Gateway gateway = assisted(Gateway.create(pool, ledger, waiters, verdicts, config, partition, inference));
        Relay relay = opened(new Relay(
                ledger,
                "/tiergate/" + config.tenant() + "/" + config.site() + "/" + config.device(),
                settings.relay()));
        EdgeMetrics metrics = new EdgeMetrics(registry, ledger, relay, catalog);
        ModelControl control = opened(modelControl(config));
        GateFeedback feedback = new GateFeedback(catalog);
        VerdictNews news = new VerdictNews(waiters, verdict -> {
            metrics.applied(verdict);
            feedback.learn(verdict);
            verdicts.learn(verdict);
        });
        remember(ledger, verdicts);
        LabelReports labels = new LabelReports(ledger, catalog, news);
        endpoint = opened(new GrpcEndpoint(settings.grpc(), services(gateway, ledger, labels, pool, control)));
        catalog.onChange(this::announce);
        endpoint.start();
        LOG.infof(
                "Threads: processors=%d event-loops=%d inference=%d onnx-intra-op=%d spinning=%s inline-budget=%s",
                Runtime.getRuntime().availableProcessors(),
                endpoint.eventLoops(),
                pool.size(),
                inference.intraOpThreads(),
                inference.spinning(),
                inference.inlineBudget());
        if (config.hasKafka()) {
            KafkaLink link =
                    new KafkaLink(connector, config.kafka(), "tiergate-edge-" + config.site() + "-" + config.device());
            startClaimChecks(ledger, relay);
            relay.start(link, config.topic("escalations"), settings.outbox().relayInFlight());
            AskingAgain asking = opened(new AskingAgain(ledger, relay, settings.relay(), metrics::askedAgain));
            asking.start();
            new VerdictInbox(ledger, config.topic("verdicts"), config.site(), news, asking, metrics)
                    .start(link, partition);
        }
        running = true;
        // Those that were refused too: probes shall tell them from those that do not exist.
        catalog.states().forEach(state -> announce(state.model()));
        if (!isServing()) {
            LOG.warnf(
                    "No model is served: put a package into %s%s",
                    config.models(), config.modelControl() == ModelControlMode.POLL ? "" : " and start again");
        }
    }

    private Gateway assisted(Gateway gateway) {
        return switch (settings.overload().policy()) {
            case REFUSE -> gateway;
            case CLOUD_ASSISTED -> gateway.assistedBy(opened(new CloudAssistance(settings.overload(), registry)));
        };
    }

    /** Before the relay, which sends what nobody holds back. */
    private void startClaimChecks(Ledger ledger, Relay relay) throws IOException {
        Optional<ClaimStore> store = ClaimStore.open(settings.claimCheck(), settings.s3());
        if (store.isPresent()) {
            ClaimChecks checks = opened(new ClaimChecks(
                    ledger,
                    relay,
                    store.get(),
                    settings.edge().tenant(),
                    settings.largeSamples().above().asLongValue()));
            ClaimCheckMetrics.show(registry, checks);
            checks.start();
        }
    }

    private void remember(Ledger ledger, VerdictCache verdicts) throws IOException {
        try {
            // Waited for, at the start alone: what comes in from here on must find what is known, and be later than it.
            ledger.latestVerdicts(settings.verdicts().cacheEntries(), verdicts::learn)
                    .await()
                    .indefinitely();
        } catch (CompletionException e) {
            throw new IOException("ledger cannot be read: " + e.getCause().getMessage(), e);
        }
        ledger.onForgetting(verdicts::forget);
        Runnable forget = () ->
                verdicts.keep(catalog.served().stream().map(ServedModel::digest).collect(Collectors.toSet()));
        forget.run();
        catalog.onChange(model -> forget.run());
    }

    private ModelControl modelControl(EdgeConfig config) {
        return config.modelControl() == ModelControlMode.POLL
                ? ModelControl.polling(catalog, config.modelPoll())
                : new ModelControl(catalog, config.modelControl());
    }

    /** Tells probes how it stands with a model, and so with the gateway. */
    private void announce(String model) {
        endpoint.modelServing(model, catalog.find(model).isPresent());
        endpoint.serving(isServing());
    }

    private List<DrainableService> services(
            Gateway gateway, Ledger ledger, LabelReports labels, InferencePool pool, ModelControl control) {
        CallMetrics calls = new CallMetrics(registry);
        SampleMetrics samples = new SampleMetrics(registry);
        OpenInferenceSettings protocol = new OpenInferenceSettings(
                settings.grpc().serverName(),
                version,
                settings.inference().maxBatchSize(),
                pool.size(),
                settings.grpc().lenientModelReady());
        return List.of(
                new OpenInferenceService<>(
                        catalog, new GatedBackend(gateway, samples), pool.statistics(), control, calls, protocol),
                new TieredInferenceService(
                        catalog,
                        settings.grpc().maxMessageSize().asLongValue(),
                        gateway,
                        ledger,
                        labels,
                        calls,
                        samples));
    }

    private static void giveUp(String reason) {
        LOG.error(reason);
        Quarkus.asyncExit(1);
    }

    /** Whether a model is served and the gateway is not on its way down. */
    public boolean isServing() {
        return running && !catalog.served().isEmpty();
    }

    /** Number of models that are served. */
    public long servedModels() {
        return catalog == null ? 0 : catalog.served().size();
    }

    /** The port on which the gRPC services listen. */
    public int grpcPort() {
        return endpoint.port();
    }

    void stop(@Observes ShutdownEvent event) {
        running = false;
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                // The other parts must be stopped all the same.
                LOG.warnf("A part of the gateway could not be stopped in order: %s", e.getMessage());
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        started.push(part);
        return part;
    }
}
