package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order the relay takes what waits, from memory and from the disk. */
class SendingOrderTest {
    private static final int PAGE = 8;

    @TempDir
    Path folder;

    private final RelayWindow window = new RelayWindow();
    private Ledger ledger;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(folder, config(1 << 30, 4096, Duration.ofDays(7), OutboxConfig.WhenFull.EVICT));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void maybeReopen(boolean fromDisk) throws IOException {
        if (fromDisk) {
            ledger.close();
            open();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void auditsComeFirstThenWhatIsMostInDoubtButEveryFourthIsTheOldest(boolean fromDisk) throws IOException {
        String near = promise(escalated(0.79));
        String far = promise(escalated(0.1));
        String middle = promise(escalated(0.5));
        String other = promise(escalated(0.6));
        String audit = promise(audited());
        maybeReopen(fromDisk);
        assertThat(page(PAGE)).containsExactly(audit, far, middle, near, other);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofEqualWorthTheOldestComesFirst(boolean fromDisk) throws IOException {
        List<String> promised = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            promised.add(promise(escalated(0.5)));
        }
        maybeReopen(fromDisk);
        List<String> sent = new ArrayList<>();
        while (sent.size() < promised.size()) {
            sent.addAll(page(7));
        }
        assertThat(sent).isEqualTo(promised);
    }

    /** The oldest and least valuable one must not starve: better ones come faster than anything is sent. */
    @ParameterizedTest
    @ValueSource(ints = {1, PAGE})
    void theOldestIsSentSoonWhileBetterOnesKeepComing(int pageSize) {
        String oldest = promise(escalated(0.799));
        List<String> sent = new ArrayList<>();
        for (int pages = 0; pages < 4; pages++) {
            for (int i = 0; i < 2 * pageSize; i++) {
                promise(escalated(0.1));
            }
            sent.addAll(page(pageSize));
        }
        assertThat(sent).hasSize(4 * pageSize).contains(oldest);
        assertThat(sent.indexOf(oldest)).as("the turn of the oldest").isEqualTo(3);
    }

    /** Whatever comes and goes, nobody waits longer than four turns for each that was older. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyoneIsSentInABoundedTime(boolean fromDisk) throws IOException {
        Random random = new Random(7);
        List<String> waiting = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            waiting.add(promise(escalated(random.nextDouble(0.79))));
        }
        maybeReopen(fromDisk);
        for (int pages = 0; pages < 60 * 4 / PAGE; pages++) {
            List<String> sent = page(PAGE);
            assertThat(sent).hasSize(PAGE);
            for (int i = 0; i < PAGE; i++) {
                promise(audited());
            }
            waiting.removeAll(sent);
        }
        assertThat(waiting).isEmpty();
    }

    @Test
    void whatComesInLaterIsSentBeforeWhatIsWorthLess() {
        promise(escalated(0.7));
        promise(escalated(0.7));
        page(1);
        String better = promise(escalated(0.1));
        assertThat(page(1)).containsExactly(better);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPageEndsWithWhatReachesTheBytesThatMayBeSent(boolean fromDisk) throws IOException {
        EscalatedSample sample = escalated(0.5);
        promise(sample);
        promise(escalated(0.5));
        promise(escalated(0.5));
        maybeReopen(fromDisk);
        assertThat(ledger.pending(window.page(PAGE, 1)).await().indefinitely()).hasSize(1);
        assertThat(ledger.pending(window.page(PAGE, sample.getSerializedSize() + 1))
                        .await()
                        .indefinitely())
                .hasSize(2);
    }

    @Test
    void whatTheBrokerRefusedComesAgainInItsTurn() {
        String far = promise(escalated(0.1));
        String near = promise(escalated(0.7));
        List<PendingRecord> first = claim(1);
        assertThat(first).extracting(PendingRecord::id).containsExactly(far);
        window.refused(first.get(0));
        assertThat(page(PAGE)).containsExactly(far, near);
    }

    @Test
    void keysAreReadFromIndexesAlone() throws Exception {
        for (String question : List.of(
                "SELECT worth, sequence FROM escalation INDEXED BY escalation_worth WHERE worth >= 0 ORDER BY worth DESC, sequence DESC LIMIT 5",
                "SELECT sequence FROM escalation INDEXED BY escalation_worth WHERE worth = 0.5 ORDER BY sequence LIMIT 5",
                "SELECT sequence FROM escalation INDEXED BY escalation_pending WHERE state = 1 ORDER BY sequence LIMIT 5")) {
            assertThat(plan(question)).contains("COVERING INDEX").doesNotContain("TEMP B-TREE");
        }
    }

    private String plan(String question) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var plan = connection.createStatement().executeQuery("EXPLAIN QUERY PLAN " + question)) {
            StringBuilder steps = new StringBuilder();
            while (plan.next()) {
                steps.append(plan.getString("detail")).append('\n');
            }
            return steps.toString();
        }
    }

    /** Ids of the next page, each of which is sent at once. */
    private List<String> page(int records) {
        List<PendingRecord> claimed = claim(records);
        List<CompletableFuture<Void>> notes = claimed.stream()
                .map(record -> ledger.sent(record.place()).subscribeAsCompletionStage())
                .toList();
        notes.forEach(CompletableFuture::join);
        claimed.forEach(window::done);
        return claimed.stream().map(PendingRecord::id).toList();
    }

    private List<PendingRecord> claim(int records) {
        return window.claim(
                ledger.pending(window.page(records, Long.MAX_VALUE)).await().indefinitely());
    }

    private String promise(EscalatedSample sample) {
        ledger.promise(List.of(new NewEscalation(sample))).await().indefinitely();
        return sample.getEscalationId();
    }

    private static EscalatedSample escalated(double score) {
        return Ledgers.sample(Purpose.PURPOSE_ESCALATED, 10).sample().toBuilder()
                .setScore(score)
                .setThreshold(0.8)
                .build();
    }

    private static EscalatedSample audited() {
        return Ledgers.sample(Purpose.PURPOSE_AUDITED, 10).sample();
    }
}
