package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is killed, an id that a client has seen ends in one verdict. */
class KillIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration QUIET = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private LocalStack stack;
    private Edge edge;

    @BeforeEach
    void start() throws Exception {
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        stack = LocalStack.in(folder.resolve("stack"))
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                // The same few samples come again and again, each to be escalated anew.
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                .build();
        stack.start();
        edge = new Edge(stack.ports().edgeGrpc());
    }

    @AfterEach
    void stop() {
        edge.close();
        stack.close();
    }

    @Test
    void anEdgeKilledBetweenReplyAndRelaySendsWhatItPromisedWhenItIsBack() throws Exception {
        // Without a broker nothing can be relayed: every id seen now is in the ledger alone.
        stack.process(Part.KAFKA).stop();
        Queue<String> promised = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 50; i++) {
            promised.add(escalate());
        }
        stack.process(Part.EDGE).kill();
        stack.process(Part.EDGE).awaitReady(PATIENCE);
        assertThat(promised)
                .allSatisfy(id -> assertThat(edge.state(id)).isEqualTo(EscalationState.ESCALATION_STATE_PENDING));
        stack.process(Part.KAFKA).start();
        assertEachHasOneVerdict(promised);
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void nothingPromisedIsLostWhenAPartIsKilledUnderLoad(Part part) throws Exception {
        Queue<String> promised = new ConcurrentLinkedQueue<>();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> load = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                promised.add(escalate());
            }
        });
        awaitMore(promised, 200);
        stack.process(part).kill();
        stack.process(part).awaitReady(PATIENCE);
        awaitMore(promised, 200);
        enough.set(true);
        load.join();
        assertEachHasOneVerdict(promised);
    }

    private static void awaitMore(Queue<String> promised, int count) {
        int before = promised.size();
        await().atMost(PATIENCE).until(() -> promised.size() >= before + count);
    }

    private String escalate() {
        SampleResult result = edge.infer("tiny-edge", 0, 1, 0, 0);
        assertThat(result.getEscalationId()).as("%s", result).isNotEmpty();
        return result.getEscalationId();
    }

    private void assertEachHasOneVerdict(Queue<String> promised) {
        await().atMost(PATIENCE).pollInterval(QUIET).untilAsserted(() -> assertThat(promised)
                .allSatisfy(id -> assertThat(edge.state(id)).isEqualTo(EscalationState.ESCALATION_STATE_VERDICT)));
        Map<String, Long> verdicts = count("verdicts", KillIT::idOfVerdict);
        Map<String, Long> labeled = count("retraining", KillIT::idOfSample);
        assertThat(promised).allSatisfy(id -> {
            assertThat(verdicts).as("verdicts on the topic").containsEntry(id, 1L);
            assertThat(labeled).as("records for retraining").containsEntry(id, 1L);
        });
    }

    private Map<String, Long> count(String topic, Function<ConsumerRecord<String, byte[]>, String> id) {
        List<ConsumerRecord<String, byte[]>> records = Topic.read(stack.kafkaAddress(), topic);
        return records.stream().collect(Collectors.groupingBy(id, Collectors.counting()));
    }

    private static String idOfVerdict(ConsumerRecord<String, byte[]> record) {
        try {
            return Verdict.parseFrom(record.value()).getEscalationId();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError("verdict cannot be read", e);
        }
    }

    private static String idOfSample(ConsumerRecord<String, byte[]> record) {
        try {
            return LabeledSample.parseFrom(record.value()).getEscalationId();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError("retraining record cannot be read", e);
        }
    }
}
