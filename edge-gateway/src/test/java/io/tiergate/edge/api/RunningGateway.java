package io.tiergate.edge.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.DoubleValue;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.OutboxConfig;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.escalation.RelayConfig;
import io.tiergate.edge.gate.GateFeedback;
import io.tiergate.edge.inference.EdgeModelLoader;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.InferenceConfig;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.edge.verdict.LabelReports;
import io.tiergate.edge.verdict.VerdictCache;
import io.tiergate.edge.verdict.VerdictNews;
import io.tiergate.edge.verdict.VerdictWaiters;
import io.tiergate.image.ImageDecoder;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceStub;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Shape;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.GrpcConfig;
import io.tiergate.serving.grpc.GrpcEndpoint;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.QueuePolicy;
import io.tiergate.serving.inference.RunRequest;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * Tiergate's own API over real gRPC, models and ledger, put together by hand so that tests can get at the parts. It has one inference
 * thread. The test is the cloud: it gives the verdicts.
 */
final class RunningGateway implements AutoCloseable {
    private static final String TOPIC = "tiergate.default.verdicts";

    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final InferencePool pool = new InferencePool(1, 1024, new InferenceStatistics());
    final Ledger ledger;
    final VerdictCache verdicts;
    final VerdictWaiters waiters = new VerdictWaiters();
    final ModelCatalog<ServedModel> catalog;
    final Gateway gateway;
    final TieredInferenceService service;

    /** The labels that changed something. */
    final List<AppliedVerdict> applied = new CopyOnWriteArrayList<>();

    private final Path dataFolder;
    private final GrpcEndpoint endpoint;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private long offset;

    /** Changes the test models before they are loaded. */
    interface Preparation {
        /** @param models the repository */
        void prepare(Path models) throws IOException;
    }

    /** @param folder empty */
    RunningGateway(Path folder) throws IOException {
        // Longer than any test: what ends in time has not ended by running out of patience.
        this(folder, "1h", 0, models -> {});
    }

    /**
     * @param folder empty, or of one that was closed
     * @param cachedVerdicts contents whose verdicts are remembered
     */
    RunningGateway(Path folder, int cachedVerdicts) throws IOException {
        this(folder, "1h", cachedVerdicts, models -> {});
    }

    /**
     * @param folder empty
     * @param maxWait the longest time that a call waits for a verdict
     */
    RunningGateway(Path folder, String maxWait, Preparation preparation) throws IOException {
        this(folder, maxWait, 0, preparation);
    }

    private RunningGateway(Path folder, String maxWait, int cachedVerdicts, Preparation preparation)
            throws IOException {
        verdicts = new VerdictCache(cachedVerdicts);
        Path models = models(folder.resolve("models"));
        preparation.prepare(models);
        dataFolder = folder.resolve("data");
        SmallRyeConfig config = config(Map.of(
                "tiergate.models",
                models.toString(),
                "tiergate.data-dir",
                dataFolder.toString(),
                "tiergate.grpc.port",
                "0",
                "tiergate.outbox.sync",
                "normal",
                "tiergate.inference.max-wait",
                maxWait));
        EdgeConfig site = config.getConfigMapping(EdgeConfig.class);
        GrpcConfig grpc = config.getConfigMapping(GrpcConfig.class);
        catalog = ModelCatalog.load(
                site.models(), new EdgeModelLoader(SessionSettings.SINGLE_THREADED, ImageDecoder.within(100_000_000)));
        ledger = Ledger.open(dataFolder, config.getConfigMapping(OutboxConfig.class));
        gateway = Gateway.create(
                pool, ledger, waiters, verdicts, site, 0, config.getConfigMapping(InferenceConfig.class));
        service = new TieredInferenceService(
                catalog,
                grpc.maxMessageSize().asLongValue(),
                gateway,
                ledger,
                new LabelReports(ledger, catalog, new VerdictNews(waiters, this::learn)),
                new OutboxReport(
                        ledger, new Relay(ledger, "test", config.getConfigMapping(RelayConfig.class)), 1_000_000),
                new CallMetrics(metrics),
                new SampleMetrics(metrics));
        ledger.latestVerdicts(cachedVerdicts, verdicts::learn).await().indefinitely();
        endpoint = new GrpcEndpoint(grpc, List.of(service));
        endpoint.start();
    }

    private static Path models(Path repository) throws IOException {
        return Files.exists(repository) ? repository : TestModels.copyTo("tiny", repository);
    }

    /** Waits for what must happen sooner or later, on a busy machine too. */
    static ConditionFactory eventually() {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(60));
    }

    private static SmallRyeConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .withMapping(EdgeConfig.class)
                .withMapping(GrpcConfig.class)
                .withMapping(InferenceConfig.class)
                .withMapping(OutboxConfig.class)
                .withMapping(RelayConfig.class)
                .build();
    }

    TieredInferenceBlockingStub client() {
        return TieredInferenceGrpc.newBlockingStub(channel(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW));
    }

    TieredInferenceStub asyncClient() {
        return asyncClient(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
    }

    /** @param windowBytes what the client takes from the network before it has read what came */
    TieredInferenceStub asyncClient(int windowBytes) {
        return TieredInferenceGrpc.newStub(channel(windowBytes));
    }

    ManagedChannel channel() {
        return channel(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
    }

    private ManagedChannel channel(int windowBytes) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", endpoint.port())
                .usePlaintext()
                .flowControlWindow(windowBytes)
                .build();
        channels.add(channel);
        return channel;
    }

    /** A request with one row an array of four numbers. */
    static InferRequest.Builder request(String model, float[]... rows) {
        float[] values = new float[rows.length * 4];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * 4, 4);
        }
        var tensor = io.tiergate.runtime.Tensor.ofFloats("x", Shape.of(rows.length, 4), values);
        return InferRequest.newBuilder()
                .setModelName(model)
                .addInputs(Tensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(rows.length)
                        .addShape(4)
                        .setData(ByteString.copyFrom(tensor.data())));
    }

    /** So many rows, all alike. */
    static float[][] rows(int count, float[] row) {
        float[][] rows = new float[count][];
        Arrays.fill(rows, row);
        return rows;
    }

    /** Escalates a doubtful sample and returns its id. */
    String escalate(String model) {
        return client().infer(request(model, Requests.doubtful()).build())
                .getResults(0)
                .getEscalationId();
    }

    /** Holds up the inference thread until the latch is counted down. */
    CountDownLatch holdUpInference() {
        CountDownLatch latch = new CountDownLatch(1);
        pool.run(new RunRequest(catalog.require("tiny-edge", ""), 1, 0, QueuePolicy.DEFAULT), () -> {
                    latch.await();
                    return new ModelRun<>(latch, new RunTimes(0, 0, 0));
                })
                .subscribe()
                .with(done -> {});
        return latch;
    }

    void park(String id) {
        apply(verdict(id).setParked(Verdict.Parked.newBuilder().setReason("unsure")));
    }

    void park(String id, double edgeWrongProbability) {
        apply(verdict(id)
                .setParked(Verdict.Parked.newBuilder()
                        .setReason("unsure")
                        .setEdgeWrongProbability(DoubleValue.of(edgeWrongProbability))));
    }

    void reject(String id) {
        apply(verdict(id).setRejected(Verdict.Rejected.newBuilder().setReason("broken")));
    }

    void decide(String id, String label) {
        decide(id, label, VerdictSource.VERDICT_SOURCE_ENSEMBLE, 10);
    }

    void decide(String id, String label, VerdictSource source, int rank) {
        apply(verdict(id)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setSource(source)
                        .setRank(rank)));
    }

    private static Verdict.Builder verdict(String id) {
        return Verdict.newBuilder().setEscalationId(id);
    }

    private void apply(Verdict.Builder verdict) {
        List<AppliedVerdict> applied = ledger.apply(List.of(verdict.build()), TOPIC, 0, ++offset)
                .await()
                .indefinitely();
        if (applied.size() != 1) {
            throw new IllegalStateException("verdict changed nothing: " + verdict);
        }
        new GateFeedback(catalog).learn(applied.get(0));
        verdicts.learn(applied.get(0));
    }

    private void learn(AppliedVerdict verdict) {
        applied.add(verdict);
        new GateFeedback(catalog).learn(verdict);
        verdicts.learn(verdict);
    }

    /** Keeps the ledger from writing, for some seconds at most, until it is closed. */
    AutoCloseable holdUpLedger() throws SQLException {
        var connection = DriverManager.getConnection("jdbc:sqlite:" + dataFolder.resolve("ledger.db"));
        connection.createStatement().execute("BEGIN IMMEDIATE");
        return connection;
    }

    /** Every id promised so far, the oldest first. */
    List<String> promised() throws SQLException {
        List<String> ids = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + dataFolder.resolve("ledger.db"));
                var rows = connection.createStatement().executeQuery("SELECT id FROM escalation ORDER BY sequence")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    /** Deletes events as the end of their retention would. */
    void deleteEventsBefore(long cursor) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + dataFolder.resolve("ledger.db"))) {
            connection.createStatement().execute("DELETE FROM event WHERE cursor < " + cursor);
        }
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        endpoint.close();
        pool.close();
        ledger.close();
        catalog.close();
    }
}
