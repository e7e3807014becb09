package io.tiergate.edge;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.runtime.Shape;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger's disk is full, or fails, while calls come in: every call is answered, what is uncertain is shed with the reason, a metric
 * tells it, and it heals by itself. Nothing that was promised is lost, nothing that was shed is kept.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BadDiskIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The native libraries take a third of it. */
    private static final int MEBIBYTES = 96;

    private static final String MISSED =
            "a ledger on a disk that is full or loses what is forced to it (this user cannot mount one; it takes root)";

    @TempDir
    Path folder;

    private Path models;
    private EdgeProcess edge;
    private ManagedChannel channel;
    private TieredInferenceBlockingStub client;

    private final Queue<String> promised = new ConcurrentLinkedQueue<>();
    private final Queue<String> shed = new ConcurrentLinkedQueue<>();

    private interface Change {
        void make() throws Exception;
    }

    @BeforeEach
    void copyModels() throws Exception {
        models = TestModels.copyTo("tiny", folder.resolve("models"));
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow();
        edge.close();
    }

    private Path data() throws IOException {
        return Files.createDirectories(folder.resolve("edge").resolve("data"));
    }

    private void start(List<String> starter) throws IOException {
        edge = EdgeProcess.start(
                starter,
                folder.resolve("edge"),
                models,
                List.of(),
                Map.of("tiergate.verdicts.cache-entries", "0", "quarkus.log.level", "WARN"));
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
        client = TieredInferenceGrpc.newBlockingStub(channel);
    }

    private void killAndStart(List<String> starter) throws Exception {
        channel.shutdownNow();
        edge.close();
        start(starter);
    }

    @Test
    void aFullDisk() throws Exception {
        assumeTrue(SmallDisk.isPossible(), MISSED);
        Path data = data();
        try (SmallDisk disk = SmallDisk.withLimit(data, MEBIBYTES)) {
            start(disk.within());
            shedsUntilItHeals(() -> disk.fill(data), () -> disk.makeRoom(data));
            killAndStart(disk.within());
            assertAllIsThere();
            edge.close();
        }
    }

    @Test
    void aDiskThatBreaksUntilTheMachineIsStartedAnew() throws Exception {
        assumeTrue(SmallDisk.isPossible(), MISSED);
        Path data = data();
        Path behind = Files.createDirectory(folder.resolve("behind"));
        try (SmallDisk disk = SmallDisk.promisingTooMuch(data, behind, MEBIBYTES)) {
            start(disk.within());
            underLoad(() -> shedsFrom(() -> disk.fill(behind)));
            channel.shutdownNow();
            edge.close();
            disk.makeRoom(behind);
            disk.mountAgain(behind);
            start(disk.within());
            assertAllIsThere();
            underLoad(() -> awaitMore(promised));
            assertAllIsThere();
            edge.close();
        }
    }

    @Test
    void aDiskThatTakesNothing() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/prlimit")),
                "a ledger that cannot be written (prlimit is not there)");
        start(List.of());
        shedsUntilItHeals(() -> limitFileSize("1"), () -> limitFileSize("unlimited"));
        killAndStart(List.of());
        assertAllIsThere();
    }

    /** Of the running gateway: what is written behind it fails, with an error that is not that of a full disk. */
    private void limitFileSize(String bytes) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(edge.pid()), "--fsize=" + bytes + ":")
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    private void shedsUntilItHeals(Change breaking, Change healing) throws Exception {
        underLoad(() -> {
            shedsFrom(breaking);
            healing.make();
            await().atMost(PATIENCE).until(() -> metric("tiergate_outbox_failing") == 0);
            awaitMore(promised);
        });
        assertAllIsThere();
    }

    private void shedsFrom(Change breaking) throws Exception {
        awaitMore(promised);
        breaking.make();
        awaitMore(shed);
        assertThat(metric("tiergate_outbox_failing")).isEqualTo(1);
        assertThat(client.infer(request(sure())).getResults(0).getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        awaitMore(shed);
        assertThat(shed).containsOnly("outbox-failed");
    }

    private void underLoad(Change change) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                infer();
            }
        });
        try {
            change.make();
        } finally {
            enough.set(true);
        }
        // Fails if any call has.
        load.join();
    }

    private void awaitMore(Queue<String> answers) {
        int before = answers.size();
        await().atMost(PATIENCE).until(() -> answers.size() >= before + 100);
    }

    private void infer() {
        SampleResult result = client.withDeadlineAfter(30, TimeUnit.SECONDS)
                .infer(request(doubtful()))
                .getResults(0);
        if (result.getDecision() == Decision.DECISION_SHED) {
            assertThat(result.getEscalationId()).isEmpty();
            shed.add(result.getReason());
        } else {
            assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
            promised.add(result.getEscalationId());
        }
    }

    private static InferRequest request(float[] row) {
        return InferRequest.newBuilder()
                .setModelName("tiny-edge")
                .addInputs(Tensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(row.length)
                        .setData(ByteString.copyFrom(
                                io.tiergate.runtime.Tensor.ofFloats("x", Shape.of(1, row.length), row)
                                        .data())))
                .build();
    }

    /** What was promised, and nothing else. */
    private void assertAllIsThere() throws Exception {
        for (String id : promised) {
            assertThat(client.getVerdict(GetVerdictRequest.newBuilder()
                                    .setEscalationId(id)
                                    .build())
                            .getState())
                    .isEqualTo(EscalationState.ESCALATION_STATE_PENDING);
        }
        assertThat(metric("tiergate_promised_total{why=\"escalated\"}")).isEqualTo(promised.size());
        assertThat(metric("tiergate_outbox_samples{state=\"pending\"}")).isEqualTo(promised.size());
    }

    private double metric(String name) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String metrics = http.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://localhost:%d/q/metrics".formatted(edge.httpPort())))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return metrics.lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
