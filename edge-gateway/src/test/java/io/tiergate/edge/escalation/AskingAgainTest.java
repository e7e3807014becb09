package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskingAgainTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private Ledger ledger;
    private AskingAgain asking;
    private RelayState relay = RelayState.CLOSED;
    private final Map<AskingAgain.Reason, Integer> asked = new EnumMap<>(AskingAgain.Reason.class);
    private long nanos = 3;
    private long offset;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(
                folder,
                config(100_000_000, 4096, Duration.ofDays(30), OutboxConfig.WhenFull.EVICT),
                new RunningTime.Clocks(() -> nanos, () -> 0));
        asking = new AskingAgain(
                ledger,
                () -> relay,
                new AskingPause(HOUR),
                (reason, count) -> asked.merge(reason, count, Integer::sum));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void whatGotNoAnswerInItsTimeIsSentAgainAsTheNextAttempt() throws Exception {
        NewEscalation escalation = promise();
        send();
        pass(HOUR.minusMillis(1));
        assertThat(state(escalation)).isEqualTo(EscalationState.SENT);
        pass(Duration.ofMillis(1));
        assertThat(state(escalation)).isEqualTo(EscalationState.PENDING);
        EscalatedSample again = EscalatedSample.parseFrom(waiting().get(0).value());
        assertThat(again.getAttempt()).isEqualTo(2);
        assertThat(again.toBuilder().clearAttempt().clearLedgerSequence().build())
                .isEqualTo(escalation.sample());
        assertThat(asked).containsExactly(Map.entry(AskingAgain.Reason.NO_VERDICT, 1));
        assertBalance();
    }

    @Test
    void thePauseDoublesUpToADay() {
        AskingPause pause = new AskingPause(HOUR);
        assertThat(Stream.of(1, 2, 5, 6, 7, 1000).map(pause::millisAfter).map(Duration::ofMillis))
                .containsExactly(
                        HOUR,
                        HOUR.multipliedBy(2),
                        HOUR.multipliedBy(16),
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        Duration.ofDays(1));
        AskingPause long_ = new AskingPause(Duration.ofDays(3));
        assertThat(long_.millisAfter(5)).isEqualTo(Duration.ofDays(3).toMillis());
        assertThat(new AskingPause(Duration.ofMillis(1)).millisAfter(60))
                .isEqualTo(Duration.ofDays(1).toMillis());
    }

    @Test
    void theTimeCountsFromTheLatestSendingAndOverRestarts() throws IOException {
        NewEscalation escalation = promise();
        pass(HOUR);
        send();
        pass(Duration.ofMinutes(30));
        ledger.close();
        open();
        pass(Duration.ofMinutes(29));
        assertThat(state(escalation)).isEqualTo(EscalationState.SENT);
        pass(Duration.ofMinutes(1));
        assertThat(state(escalation)).isEqualTo(EscalationState.PENDING);
        send();
        pass(HOUR.multipliedBy(2).minusMillis(1));
        assertThat(state(escalation)).isEqualTo(EscalationState.SENT);
        pass(Duration.ofMillis(1));
        assertThat(waiting().get(0))
                .isInstanceOfSatisfying(PendingRecord.Sample.class, sample -> assertThat(sample.attempt())
                        .isEqualTo(3));
        assertBalance();
    }

    @Test
    void whatHasLostItsPayloadIsAskedAboutWithItsEnvelopeAlone() throws Exception {
        NewEscalation escalation = promise();
        send();
        dropPayloads();
        pass(HOUR);
        EscalatedSample again = EscalatedSample.parseFrom(waiting().get(0).value());
        assertThat(again.getAttempt()).isEqualTo(2);
        assertThat(again.toBuilder().clearAttempt().clearLedgerSequence().build())
                .isEqualTo(escalation.sample().toBuilder().clearPayload().build());
        send();
        assertThat(state(escalation)).isEqualTo(EscalationState.SENT);
        assertThat(worthless()).as("nothing is won by dropping it").isEqualTo(1);
        assertBalance();
    }

    @Test
    void nothingIsAskedWhileTheBrokerTakesNothing() {
        NewEscalation escalation = promise();
        send();
        for (RelayState state : List.of(RelayState.OPEN, RelayState.HALF_OPEN, RelayState.PAUSED, RelayState.OFF)) {
            relay = state;
            pass(HOUR);
            assertThat(state(escalation)).isEqualTo(EscalationState.SENT);
        }
        relay = RelayState.CLOSED;
        pass(Duration.ZERO);
        assertThat(state(escalation)).isEqualTo(EscalationState.PENDING);
    }

    @Test
    void whatAPersonIsToDecideIsNotAskedAboutNorWhatHasEnded() {
        NewEscalation parked = promise();
        NewEscalation decided = promise();
        send();
        apply(park(parked));
        apply(decide(decided));
        pass(Duration.ofDays(6));
        assertThat(state(parked)).isEqualTo(EscalationState.PARKED);
        assertThat(state(decided)).isEqualTo(EscalationState.VERDICT);
        assertThat(asked).isEmpty();
    }

    @Test
    void manyAreAskedInManySteps() {
        ledger.promise(Stream.generate(() -> sample(Purpose.PURPOSE_ESCALATED, 10))
                        .limit(3000)
                        .toList())
                .await()
                .indefinitely();
        while (ledger.counts().in(EscalationState.PENDING) > 0) {
            send();
        }
        pass(HOUR);
        assertThat(ledger.counts().in(EscalationState.PENDING))
                .as("the rest follows once these are sent")
                .isEqualTo(1024);
        while (ledger.counts().in(EscalationState.PENDING) > 0) {
            send();
            pass(Duration.ZERO);
        }
        assertThat(asked).containsExactly(Map.entry(AskingAgain.Reason.NO_VERDICT, 3000));
        assertBalance();
    }

    @Test
    void afterAnOverrunEverythingIsAskedThatWaitsOnThePartitionParkedToo() {
        NewEscalation sent = promise();
        NewEscalation parked = promise();
        NewEscalation decided = promise();
        NewEscalation elsewhere = onPartition(1);
        send();
        NewEscalation unsent = promise();
        apply(park(parked));
        apply(decide(decided));
        asking.everythingOn(0).await().indefinitely();
        assertThat(asked).containsExactly(Map.entry(AskingAgain.Reason.RETENTION_OVERRUN, 2));
        assertThat(waiting())
                .extracting(PendingRecord::id)
                .containsExactlyInAnyOrder(sent.id(), parked.id(), unsent.id());
        assertThat(state(decided)).isEqualTo(EscalationState.VERDICT);
        assertThat(state(elsewhere)).isEqualTo(EscalationState.SENT);
        apply(park(parked));
        assertThat(state(parked)).isEqualTo(EscalationState.PARKED);
        apply(decide(sent));
        assertThat(state(sent)).isEqualTo(EscalationState.VERDICT);
        assertBalance();
    }

    @Test
    void anOverrunIsGotOverHoweverMuchWasEverPromised() throws Exception {
        NewEscalation first = promise();
        skip(400_000_000);
        NewEscalation last = promise();
        send();
        asking.everythingOn(0).await().atMost(PATIENCE);
        assertThat(waiting()).extracting(PendingRecord::id).containsExactlyInAnyOrder(first.id(), last.id());
    }

    @Test
    void whatAPersonIsToDecideDoesNotExpireWhileItIsAskedAboutAgain() {
        NewEscalation parked = promise();
        NewEscalation waiting = promise();
        send();
        apply(park(parked));
        asking.everythingOn(0).await().indefinitely();
        relay = RelayState.OPEN;
        pass(Duration.ofDays(31));
        assertThat(state(waiting)).isEqualTo(EscalationState.EXPIRED);
        assertThat(state(parked)).isEqualTo(EscalationState.PENDING);
        send();
        pass(Duration.ofDays(31));
        assertThat(state(parked)).isEqualTo(EscalationState.SENT);
        apply(park(parked));
        assertThat(state(parked)).isEqualTo(EscalationState.PARKED);
        assertBalance();
    }

    @Test
    void aFullOutboxTakesThePayloadOfWhatWasSentOnceAndLetsItWait() throws IOException {
        int size = sample(Purpose.PURPOSE_ESCALATED, 10).sizeBytes();
        ledger.close();
        ledger = Ledger.open(
                folder,
                config(2L * size, 4096, Duration.ofDays(30), OutboxConfig.WhenFull.EVICT_OLDEST),
                new RunningTime.Clocks(() -> nanos, () -> 0));
        NewEscalation escalation = promise();
        send();
        ledger.askAgain(List.of(escalation.id())).await().indefinitely();
        promise();
        promise();
        assertThat(state(escalation)).isEqualTo(EscalationState.PENDING);
        assertThat(ledger.counts().evictions()).isZero();
        assertThat(ledger.counts().outboxBytes()).isEqualTo(2L * size);
        assertThat(waiting()).hasSize(3);
        assertBalance();
    }

    @Test
    void whatIsDueIsFoundByItsIndex() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var plan = connection.createStatement().executeQuery("EXPLAIN QUERY PLAN " + """
                        SELECT id FROM escalation INDEXED BY escalation_asked
                        WHERE state = 2 AND attempt = 1 AND sent_at <= 5 AND envelope IS NOT NULL ORDER BY sent_at LIMIT 1""")) {
            assertThat(plan.next()).isTrue();
            assertThat(plan.getString("detail"))
                    .contains("SEARCH")
                    .contains("escalation_asked (attempt=? AND sent_at<?)");
            assertThat(plan.next()).isFalse();
        }
    }

    private NewEscalation promise() {
        return onPartition(0);
    }

    private NewEscalation onPartition(int partition) {
        NewEscalation escalation = new NewEscalation(sample(Purpose.PURPOSE_ESCALATED, 10).sample().toBuilder()
                .setReplyPartition(partition)
                .build());
        ledger.promise(List.of(escalation)).await().indefinitely();
        return escalation;
    }

    /** All that waits, up to a page, is taken by the broker. */
    private void send() {
        waiting().stream()
                .map(record -> ledger.sent(record.place()).subscribeAsCompletionStage())
                .toList()
                .forEach(note -> note.join());
    }

    private List<PendingRecord> waiting() {
        return ledger.pending(PageRequest.of(1000)).await().indefinitely();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        ledger.keepHouse().join();
        asking.round().await().indefinitely();
    }

    /** As if so many had been promised, and had ended long ago. */
    private void skip(long promised) throws Exception {
        ledger.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE sqlite_sequence SET seq = seq + %d WHERE name = 'escalation'".formatted(promised));
        }
        open();
    }

    private static Verdict park(NewEscalation escalation) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setParked(Verdict.Parked.newBuilder().setReason("unsure"))
                .build();
    }

    private static Verdict decide(NewEscalation escalation) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setFinal(Verdict.Final.newBuilder().setLabel("b").setRank(10))
                .build();
    }

    private void apply(Verdict verdict) {
        assertThat(ledger.apply(List.of(verdict), "verdicts", 0, ++offset)
                        .await()
                        .indefinitely())
                .hasSize(1);
    }

    private EscalationState state(NewEscalation escalation) {
        return ledger.find(escalation.id()).await().indefinitely().orElseThrow().state();
    }

    /** As if the room had been needed. */
    private void dropPayloads() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM payload");
            statement.execute("UPDATE escalation SET worth = NULL");
        }
    }

    private int worthless() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM escalation WHERE worth IS NULL")) {
            return rows.getInt(1);
        }
    }

    private void assertBalance() {
        LedgerCounts counts = ledger.counts();
        assertThat(counts.byState().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counts.promised());
    }
}
