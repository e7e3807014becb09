package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The whole ledger of a stack's edge, set against what its clients saw and what lies on the topics: nothing that was promised is lost,
 * nothing is decided twice.
 *
 * @param dataFolder the edge's
 */
record Reconciliation(LocalStack stack, Edge edge, Path dataFolder) {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration QUIET = Duration.ofSeconds(2);

    /**
     * Waits until everything has its verdict, and checks. The edge is stopped and started again for that.
     *
     * @param promised every id that a client has seen; there may be more, whose reply was lost with the edge
     */
    void run(Collection<String> promised) throws Exception {
        Outbox outbox = new Outbox(dataFolder);
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(QUIET).untilAsserted(() -> assertThat(
                        Set.copyOf(outbox.states().values()))
                .containsExactly("VERDICT"));
        outbox.verify();
        Map<String, String> ledger = outbox.states();
        assertThat(ledger.keySet()).containsAll(promised);
        assertThat(promised).as("no id is given twice").doesNotHaveDuplicates();
        assertEachOnce("verdicts on the topic", ledger.keySet(), countOn("verdicts", Reconciliation::idOfVerdict));
        assertEachOnce("records for retraining", ledger.keySet(), countOn("retraining", Reconciliation::idOfSample));
        assertEachOnce("verdicts applied", ledger.keySet(), applied());
        stack.process(Part.EDGE).stop();
        outbox.verify();
        assertThat(outbox.states()).isEqualTo(ledger);
        stack.process(Part.EDGE).start();
    }

    private static void assertEachOnce(String what, Set<String> ids, Map<String, Long> counts) {
        // Compared first: thousands of ids take long to describe.
        if (!counts.keySet().equals(ids) || counts.values().stream().anyMatch(count -> count != 1)) {
            Map<String, Long> wrong = new HashMap<>();
            ids.forEach(id -> wrong.put(id, counts.getOrDefault(id, 0L)));
            counts.forEach((id, count) -> wrong.put(id, ids.contains(id) ? count : -count));
            wrong.values().removeIf(count -> count == 1);
            throw new AssertionError(
                    "%s, where it is not 1 each; below 0: not in the ledger: %s".formatted(what, wrong));
        }
    }

    /** Every verdict that the edge has told of since its ledger began. */
    private Map<String, Long> applied() {
        Map<String, Long> applied = new HashMap<>();
        Iterator<VerdictEvent> events = edge.watch(0);
        long cursor = 0;
        VerdictEvent event;
        do {
            event = events.next();
            assertThat(event.getCursor()).isGreaterThan(cursor);
            cursor = event.getCursor();
            if (event.getEscalation().getState() == EscalationState.ESCALATION_STATE_VERDICT) {
                applied.merge(event.getEscalation().getEscalationId(), 1L, Long::sum);
            }
        } while (cursor < event.getLatestCursor());
        return applied;
    }

    private Map<String, Long> countOn(String topic, Function<ConsumerRecord<String, byte[]>, String> id) {
        List<ConsumerRecord<String, byte[]>> records = Topic.read(stack.kafkaAddress(), topic);
        return records.stream().collect(Collectors.groupingBy(id, Collectors.counting()));
    }

    private static String idOfVerdict(ConsumerRecord<String, byte[]> record) {
        try {
            return Verdict.parseFrom(record.value()).getEscalationId();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("verdict cannot be read", e);
        }
    }

    private static String idOfSample(ConsumerRecord<String, byte[]> record) {
        try {
            return LabeledSample.parseFrom(record.value()).getEscalationId();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("retraining record cannot be read", e);
        }
    }
}
