package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has ended stays for its history, and then only as a number. */
class HistoryTest {
    private static final Duration HISTORY = Duration.ofHours(1);
    private static final int FORMAT_BEFORE_HISTORY = 5;

    @TempDir
    Path folder;

    private Ledger ledger;
    private long nanos = 17;
    private long offset;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(
                folder,
                Ledgers.config(100_000_000, 4096, Duration.ofDays(100), OutboxConfig.WhenFull.SHED, HISTORY),
                new RunningTime.Clocks(() -> nanos, () -> nanos / 1_000_000));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private void reopen() throws IOException {
        ledger.close();
        open();
    }

    @Test
    void whatHasEndedGoesAfterItsTimeAndStaysCounted() throws IOException {
        NewEscalation decided = promise(Purpose.PURPOSE_ESCALATED);
        NewEscalation audited = promise(Purpose.PURPOSE_AUDITED);
        NewEscalation rejected = promise(Purpose.PURPOSE_ESCALATED);
        NewEscalation pending = promise(Purpose.PURPOSE_ESCALATED);
        NewEscalation parked = promise(Purpose.PURPOSE_ESCALATED);
        decide(decided, 10);
        decide(audited, 10);
        apply(Verdict.newBuilder()
                .setEscalationId(rejected.id())
                .setRejected(Verdict.Rejected.newBuilder().setReason("unknown ensemble")));
        park(parked);
        LedgerCounts counts = ledger.counts();
        pass(HISTORY.minusMillis(1));
        assertThat(find(decided)).isPresent();

        pass(Duration.ofMillis(1));

        for (NewEscalation ended : List.of(decided, audited, rejected)) {
            assertThat(find(ended)).isEmpty();
        }
        assertThat(find(pending).orElseThrow().state()).isEqualTo(EscalationState.PENDING);
        assertThat(find(parked).orElseThrow().state()).isEqualTo(EscalationState.PARKED);
        assertThat(ledger.counts()).isEqualTo(counts);
        reopen();
        assertThat(ledger.counts()).isEqualTo(counts);
        assertThat(counts.promised()).isEqualTo(5);
        assertThat(counts.byState().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(5);
    }

    @Test
    void aChangeBeginsTheTimeAnew() {
        NewEscalation revised = promise(Purpose.PURPOSE_ESCALATED);
        park(revised);
        decide(revised, 10);
        pass(HISTORY.minusMinutes(1));
        decide(revised, 30);
        pass(Duration.ofMinutes(2));
        assertThat(find(revised)).as("only its first events are old").isPresent();
        assertThat(events(0).events()).singleElement().satisfies(event -> assertThat(event.cursor())
                .isEqualTo(3));
        pass(HISTORY);
        assertThat(find(revised)).isEmpty();
        assertThat(decide(revised, 40)).as("nobody knows it any more").isEmpty();
    }

    @Test
    void aWatcherIsToldWhereTheChangesBeginAndNoCursorIsGivenTwice() throws IOException {
        NewEscalation parked = promise(Purpose.PURPOSE_ESCALATED);
        park(parked);
        decide(promise(Purpose.PURPOSE_ESCALATED), 10);
        pass(HISTORY);
        assertThat(events(1).events()).isEmpty();
        assertThat(events(1).oldestCursor()).isEqualTo(3);
        assertThat(events(1).latestCursor()).isEqualTo(2);
        reopen();
        decide(parked, 10);
        assertThat(events(2).events()).singleElement().satisfies(event -> {
            assertThat(event.cursor()).isEqualTo(3);
            assertThat(event.escalation().id()).isEqualTo(parked.id());
        });
        promise(Purpose.PURPOSE_ESCALATED);
        assertThat(ledger.counts().promised()).isEqualTo(3);
    }

    @Test
    void aLabelThatWaitsToBeSentKeepsItsEscalation() throws IOException {
        NewEscalation labeled = promise(Purpose.PURPOSE_ESCALATED);
        ledger.report(labeled.id(), "b", Timestamp.getDefaultInstance(), applied -> {})
                .await()
                .indefinitely();
        LedgerCounts counts = ledger.counts();
        pass(HISTORY.multipliedBy(2));
        assertThat(find(labeled)).isPresent();
        PendingRecord label =
                ledger.pending(PageRequest.of(10)).await().indefinitely().getFirst();
        ledger.sent(label.place()).await().indefinitely();
        assertThat(find(labeled)).isEmpty();
        reopen();
        assertThat(ledger.counts().byState()).isEqualTo(counts.byState());
        assertThat(ledger.counts().outboxBytes()).isZero();
    }

    @Test
    void aLabelThatIsSentBeforeChangesNothing() {
        NewEscalation labeled = promise(Purpose.PURPOSE_ESCALATED);
        ledger.report(labeled.id(), "b", Timestamp.getDefaultInstance(), applied -> {})
                .await()
                .indefinitely();
        PendingRecord label =
                ledger.pending(PageRequest.of(10)).await().indefinitely().getFirst();
        ledger.sent(label.place()).await().indefinitely();
        assertThat(find(labeled)).isPresent();
        pass(HISTORY);
        assertThat(find(labeled)).isEmpty();
    }

    @Test
    void manyGoInManyTransactionsAndTheirIdsAreToldBefore() {
        List<NewEscalation> escalations = Stream.generate(() -> sample(Purpose.PURPOSE_ESCALATED, 10))
                .limit(1000)
                .toList();
        ledger.promise(escalations).await().indefinitely();
        ledger.apply(escalations.stream().map(each -> verdict(each, 10).build()).toList(), "verdicts", 0, ++offset)
                .await()
                .indefinitely();
        List<String> told = new ArrayList<>();
        List<Boolean> there = new ArrayList<>();
        ledger.onForgetting(ids -> {
            told.addAll(ids);
            ids.forEach(id -> there.add(isStored(id)));
        });
        pass(HISTORY);
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(
                        escalations.stream().map(NewEscalation::id).toList());
        assertThat(there).containsOnly(true);
        assertThat(events(0).events()).isEmpty();
        assertThat(find(escalations.getLast())).isEmpty();
        assertThat(ledger.counts().in(EscalationState.VERDICT)).isEqualTo(1000);
    }

    @Test
    void whatEndedBeforeHistoryWasKeptStaysItsFullTime() throws Exception {
        ledger.close();
        for (String file : List.of("ledger.db", "ledger.db-wal", "ledger.db-shm")) {
            Files.deleteIfExists(folder.resolve(file));
        }
        try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                Statement statement = old.createStatement()) {
            LedgerFormat.upgrade(old, 0, FORMAT_BEFORE_HISTORY);
            statement.execute("UPDATE clock SET running_millis = 999999999");
            statement.execute("""
                    INSERT INTO escalation (id, state, purpose, attempt, reply_partition, model, version, edge_label_index, edge_label, reason, created_at)
                    VALUES ('old', 7, 1, 1, 0, 'm', 1, 0, 'a', 'unknown ensemble', 0)""");
            statement.execute(
                    "INSERT INTO event (sequence, state, reason, decided_at) VALUES (1, 3, 'unsure', 0), (1, 7, 'unknown ensemble', 0)");
        }
        open();
        pass(HISTORY.minusMillis(1));
        assertThat(ledger.find("old").await().indefinitely()).isPresent();
        pass(Duration.ofMillis(1));
        assertThat(ledger.find("old").await().indefinitely()).isEmpty();
        assertThat(ledger.counts().in(EscalationState.REJECTED)).isEqualTo(1);
    }

    private boolean isStored(String id) {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                Statement statement = other.createStatement()) {
            return statement
                    .executeQuery("SELECT 1 FROM escalation WHERE id = '" + id + "'")
                    .next();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        ledger.keepHouse().join();
    }

    private NewEscalation promise(Purpose purpose) {
        NewEscalation escalation = sample(purpose, 10);
        ledger.promise(List.of(escalation)).await().indefinitely();
        return escalation;
    }

    private List<AppliedVerdict> decide(NewEscalation escalation, int rank) {
        return apply(verdict(escalation, rank));
    }

    private void park(NewEscalation escalation) {
        apply(Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setParked(Verdict.Parked.newBuilder().setReason("unsure")));
    }

    private static Verdict.Builder verdict(NewEscalation escalation, int rank) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel("b")
                        .setRank(rank)
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE));
    }

    private List<AppliedVerdict> apply(Verdict.Builder verdict) {
        return ledger.apply(List.of(verdict.build()), "verdicts", 0, ++offset)
                .await()
                .indefinitely();
    }

    private Optional<EscalationRow> find(NewEscalation escalation) {
        return ledger.find(escalation.id()).await().indefinitely();
    }

    private EventPage events(long after) {
        return ledger.eventsAfter(after, 100).await().indefinitely();
    }
}
