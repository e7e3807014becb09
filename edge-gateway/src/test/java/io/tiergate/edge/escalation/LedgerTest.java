package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static io.tiergate.edge.escalation.Ledgers.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final String TOPIC = "tiergate.default.verdicts";

    @TempDir
    Path folder;

    private Ledger ledger;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(folder, config(1_000_000, 64));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void whatIsPromisedIsThereAfterReopening() throws IOException {
        NewEscalation escalation = escalated();
        promise(escalation);
        reopen();
        EscalationRow row = find(escalation.id());
        assertThat(row.state()).isEqualTo(EscalationState.PENDING);
        assertThat(row.edgeLabel()).isEqualTo("a");
        assertThat(ledger.pending(PageRequest.of(10)).await().indefinitely())
                .singleElement()
                .satisfies(record -> assertThat(record.id()).isEqualTo(escalation.id()));
    }

    @Test
    void aSampleIsSentJustAsItWasStoredPlusItsPlaceAndAttempt() throws Exception {
        NewEscalation escalation = escalated();
        promise(escalation);
        PendingRecord pending =
                ledger.pending(PageRequest.of(1)).await().indefinitely().get(0);
        EscalatedSample sent = EscalatedSample.parseFrom(pending.value());
        assertThat(sent.getLedgerSequence()).isEqualTo(pending.place().number());
        assertThat(sent.getAttempt()).isEqualTo(1);
        assertThat(sent.toBuilder().clearLedgerSequence().clearAttempt().build())
                .isEqualTo(escalation.sample());
    }

    @Test
    void promisedIsTheSumOverAllStatesAfterEveryStep() throws IOException {
        NewEscalation escalated = escalated();
        NewEscalation audited = sample(Purpose.PURPOSE_AUDITED, 10);
        NewEscalation parked = escalated();
        NewEscalation rejected = escalated();
        promise(escalated, audited, parked, rejected);
        assertBalance(3, 1);
        ledger.sent(new PendingRecord.Place(false, 1)).await().indefinitely();
        assertBalance(3, 1);
        apply(1, decided(escalated, 10, 0), parked(parked), rejected(rejected));
        assertBalance(3, 1);
        assertThat(ledger.counts().in(EscalationState.VERDICT)).isEqualTo(1);
        assertThat(ledger.counts().in(EscalationState.PARKED)).isEqualTo(1);
        assertThat(ledger.counts().in(EscalationState.REJECTED)).isEqualTo(1);
        assertThat(ledger.counts().in(EscalationState.PENDING)).isEqualTo(1);
        LedgerCounts before = ledger.counts();
        reopen();
        assertThat(ledger.counts()).isEqualTo(before);
    }

    @Test
    void aVerdictIsAppliedOnceHoweverOftenItComes() {
        NewEscalation escalation = escalated();
        promise(escalation);
        assertThat(apply(1, decided(escalation, 10, 0))).hasSize(1);
        assertThat(apply(2, decided(escalation, 10, 0))).isEmpty();
        assertThat(events(0)).hasSize(1);
    }

    @Test
    void onlyAHigherRankOrRevisionReplacesAVerdict() {
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(1, decided(escalation, 30, 0));
        assertThat(apply(2, decided(escalation, 10, 5))).as("lower rank").isEmpty();
        assertThat(apply(3, decided(escalation, 30, 1))).as("higher revision").hasSize(1);
        assertThat(find(escalation.id()).verdict().orElseThrow().details().getRevision())
                .isEqualTo(1);
    }

    @Test
    void aParkedAnswerNeverUndoesAVerdict() {
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(1, decided(escalation, 10, 0));
        assertThat(apply(2, parked(escalation), rejected(escalation))).isEmpty();
        assertThat(find(escalation.id()).state()).isEqualTo(EscalationState.VERDICT);
    }

    @Test
    void aVerdictRevisesARejectionAsAReplayedDeadLetterBringsItAndNoOtherAnswerDoes() {
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(1, rejected(escalation));
        assertThat(apply(2, rejected(escalation), parked(escalation))).isEmpty();
        assertThat(find(escalation.id()).state()).isEqualTo(EscalationState.REJECTED);
        assertThat(apply(3, decided(escalation, 10, 0))).hasSize(1);
        assertThat(find(escalation.id()).state()).isEqualTo(EscalationState.VERDICT);
        assertBalance(1, 0);
    }

    @Test
    void verdictsAndTheirOffsetAreStoredTogether() throws IOException {
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(42, decided(escalation, 10, 0));
        reopen();
        assertThat(ledger.nextOffset(TOPIC, 0).await().indefinitely()).hasValue(42);
        assertThat(ledger.nextOffset(TOPIC, 1).await().indefinitely()).isEmpty();
        assertThat(find(escalation.id()).state()).isEqualTo(EscalationState.VERDICT);
    }

    @Test
    void aVerdictOfAnUnknownEscalationChangesNothing() {
        assertThat(apply(1, decided(escalated(), 10, 0))).isEmpty();
    }

    @Test
    void theSampleLeavesTheOutboxWithItsVerdict() {
        NewEscalation escalation = escalated();
        promise(escalation);
        assertThat(ledger.counts().outboxBytes()).isEqualTo(escalation.sizeBytes());
        apply(1, decided(escalation, 10, 0));
        assertThat(ledger.counts().outboxBytes()).isZero();
    }

    @Test
    void aFullOutboxRefusesAndTakesAgainOnceVerdictsMadeRoom() throws IOException {
        ledger.close();
        NewEscalation first = sample(Purpose.PURPOSE_ESCALATED, 4000);
        ledger = Ledger.open(folder, config(first.sizeBytes() + 100, 64));
        promise(first);
        NewEscalation second = sample(Purpose.PURPOSE_ESCALATED, 4000);
        assertThatThrownBy(() -> promise(second))
                .isInstanceOfSatisfying(LedgerUnavailableException.class, e -> assertThat(e.reason())
                        .isEqualTo("outbox-full"));
        apply(1, decided(first, 10, 0));
        promise(second);
        assertBalance(2, 0);
    }

    @Test
    void aPromiseThatCannotBeStoredFailsAloneInItsGroup() {
        NewEscalation good = escalated();
        promise(good);
        List<CompletableFuture<Void>> group = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            // Every third bears an id that is in the ledger already.
            group.add(ledger.promise(List.of(i % 3 == 0 ? good : escalated())).subscribeAsCompletionStage());
        }
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Void> promised = group.get(i);
            if (i % 3 == 0) {
                assertThatThrownBy(promised::join).hasCauseInstanceOf(LedgerUnavailableException.class);
            } else {
                promised.join();
            }
        }
        assertBalance(14, 0);
    }

    @Test
    void aCallThatIsCancelledWhileItsPromiseIsStoredLeaksNoRoom() throws IOException {
        ledger.close();
        int size = sample(Purpose.PURPOSE_ESCALATED, 4000).sizeBytes();
        ledger = Ledger.open(folder, config(20L * size, 64));
        for (int i = 0; i < 100; i++) {
            NewEscalation escalation = sample(Purpose.PURPOSE_ESCALATED, 4000);
            ledger.promise(List.of(escalation)).subscribe().with(stored -> {}).cancel();
            // Whether it was stored before the cancellation or not, its verdict makes room again.
            await().until(() ->
                    ledger.find(escalation.id()).await().indefinitely().isPresent());
            apply(i, decided(escalation, 10, 0));
        }
        promise(sample(Purpose.PURPOSE_ESCALATED, 4000));
        assertThat(ledger.counts().outboxBytes()).isEqualTo(size);
    }

    @Test
    void theLedgerKnowsOnWhichPartitionsAnswersAreAwaited() {
        NewEscalation open = onPartition(3);
        NewEscalation answered = onPartition(5);
        promise(open, answered);
        apply(1, decided(answered, 10, 0));
        assertThat(ledger.awaitedPartitions().await().indefinitely())
                .as("what is decided may be revised")
                .containsExactly(3, 5);
    }

    @Test
    void aTimeThatIsNoneDoesNotSpoilTheVerdict() {
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(
                1,
                decided(escalation, 10, 0).toBuilder()
                        .setDecidedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
                        .build());
        assertThat(find(escalation.id()).verdict().orElseThrow().decidedAtMillis())
                .isZero();
    }

    @Test
    void aPageEndsWhenItHasEnoughBytes() throws IOException {
        ledger.close();
        ledger = Ledger.open(folder, config(100_000_000, 64));
        for (int i = 0; i < 5; i++) {
            promise(sample(Purpose.PURPOSE_ESCALATED, 3 << 20));
        }
        assertThat(ledger.pending(PageRequest.of(5)).await().indefinitely()).hasSize(2);
        reopen();
        assertThat(ledger.pending(PageRequest.of(5)).await().indefinitely())
                .as("from disk")
                .hasSize(2);
    }

    @Test
    void eventsGoOnAfterACursorAcrossARestart() throws IOException {
        NewEscalation first = escalated();
        NewEscalation second = escalated();
        promise(first, second);
        apply(1, decided(first, 10, 0));
        long cursor = events(0).get(0).cursor();
        reopen();
        apply(2, decided(second, 10, 0));
        assertThat(events(cursor))
                .singleElement()
                .satisfies(event -> assertThat(event.escalation().id()).isEqualTo(second.id()));
    }

    @Test
    void aPageOfEventsTellsTheOldestAndTheNewestThereIs() throws Exception {
        assertThat(ledger.eventsAfter(0, 10).await().indefinitely()).isEqualTo(new EventPage(List.of(), 1, 0));
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(1, parked(escalation));
        apply(2, decided(escalation, 30, 0));
        apply(3, decided(escalation, 30, 1));
        EventPage page = ledger.eventsAfter(0, 2).await().indefinitely();
        assertThat(page.events()).hasSize(2);
        assertThat(page.oldestCursor()).isEqualTo(1);
        assertThat(page.latestCursor()).isEqualTo(3);
        deleteEvents("cursor < 3");
        assertThat(ledger.eventsAfter(0, 2).await().indefinitely().oldestCursor())
                .isEqualTo(3);
        deleteEvents("true");
        assertThat(ledger.eventsAfter(0, 2).await().indefinitely()).isEqualTo(new EventPage(List.of(), 4, 3));
        assertThat(ledger.lastCursor().await().indefinitely()).isEqualTo(3);
    }

    @Test
    void aPageOfEventsEndsWhenItHasEnoughBytes() {
        NewEscalation escalation = escalated();
        promise(escalation);
        for (int revision = 0; revision < 5; revision++) {
            Verdict.Builder large = decided(escalation, 10, revision).toBuilder();
            large.getFinalBuilder().setLabel("b".repeat(3 << 20));
            apply(revision, large.build());
        }
        assertThat(events(0)).hasSize(2);
    }

    @Test
    void anEventShowsTheEscalationAsItStoodThen() {
        NewEscalation escalation = escalated();
        promise(escalation);
        apply(1, parked(escalation));
        apply(2, decided(escalation, 30, 0));
        assertThat(events(0))
                .extracting(event -> event.escalation().state())
                .containsExactly(EscalationState.PARKED, EscalationState.VERDICT);
    }

    @Test
    void listenersHearOfEveryChangeOnceItIsStoredAndOfNothingElse() {
        NewEscalation decided = escalated();
        NewEscalation tooLarge = escalated();
        promise(decided, tooLarge);
        List<String> heard = new CopyOnWriteArrayList<>();
        ledger.onEvent(heard::addAll);
        apply(1, decided(decided, 10, 0), decided(escalated(), 10, 0));
        apply(2, decided(decided, 10, 0));
        PendingRecord record = new PendingRecord.Sample(2, tooLarge.id(), 1, ByteString.EMPTY);
        ledger.tooLarge(record, "16 bytes").await().indefinitely();
        ledger.tooLarge(record, "16 bytes").await().indefinitely();
        assertThat(heard).containsExactly(decided.id(), tooLarge.id());
    }

    @Test
    void listenersHearOfAChangeThoughWhoeverAskedForItIsGone() {
        NewEscalation escalation = escalated();
        promise(escalation);
        List<String> heard = new CopyOnWriteArrayList<>();
        ledger.onEvent(heard::addAll);
        ledger.apply(List.of(decided(escalation, 10, 0)), TOPIC, 0, 1)
                .subscribe()
                .with(applied -> {})
                .cancel();
        await().untilAsserted(() -> assertThat(heard).containsExactly(escalation.id()));
    }

    @Test
    void severalEscalationsAreFoundAtOnceAndUnknownOnesLeftOut() {
        NewEscalation first = escalated();
        NewEscalation second = escalated();
        promise(first, second);
        assertThat(ledger.find(List.of(second.id(), "nobody", first.id()))
                        .await()
                        .indefinitely())
                .extracting(EscalationRow::id)
                .containsExactly(second.id(), first.id());
    }

    @Test
    void aSecondGatewayOnTheSameFolderIsTurnedAway() {
        assertThatThrownBy(() -> Ledger.open(folder, config(1000, 64)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("used by a running gateway");
    }

    @Test
    void aLedgerOfANewerFormatIsLeftAlone() throws Exception {
        ledger.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"))) {
            connection.createStatement().execute("PRAGMA user_version = 99");
        }
        assertThatThrownBy(() -> Ledger.open(folder, config(1000, 64))).hasMessageContaining("newer Tiergate");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"))) {
            connection.createStatement().execute("PRAGMA user_version = " + LedgerFormat.newest());
        }
        ledger = Ledger.open(folder, config(1000, 64));
    }

    @Test
    void aLedgerOfTheFormerFormatIsBroughtUpToThisOne() throws Exception {
        NewEscalation open = escalated();
        NewEscalation ended = escalated();
        promise(open, ended);
        apply(1, decided(ended, 10, 0));
        ledger.close();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE report");
            statement.execute("ALTER TABLE escalation DROP COLUMN envelope");
            statement.execute("ALTER TABLE escalation DROP COLUMN edge_wrong");
            statement.execute("DROP INDEX payload_large");
            statement.execute("DROP INDEX escalation_sent");
            statement.execute("DROP INDEX escalation_asked");
            statement.execute("ALTER TABLE escalation DROP COLUMN sent_at");
            statement.execute("DROP INDEX escalation_worth");
            statement.execute("ALTER TABLE escalation DROP COLUMN worth");
            statement.execute("ALTER TABLE escalation DROP COLUMN promised_at");
            statement.execute("DROP TABLE clock");
            statement.execute("ALTER TABLE event DROP COLUMN happened_at");
            statement.execute("ALTER TABLE escalation DROP COLUMN last_event");
            statement.execute("DROP TABLE removed");
            statement.execute("PRAGMA user_version = 1");
        }
        ledger = Ledger.open(folder, config(1_000_000, 64));
        ledger.sent(new PendingRecord.Place(false, 1)).await().indefinitely();
        NewEscalation fresh = escalated();
        promise(fresh);
        for (NewEscalation each : List.of(open, ended, fresh)) {
            assertThat(ledger.report(each.id(), "c", Timestamp.getDefaultInstance(), applied -> {})
                            .await()
                            .indefinitely())
                    .isPresent();
            assertThat(find(each.id()).verdict().orElseThrow().details().getLabel())
                    .isEqualTo("c");
        }
        assertThat(ledger.pending(PageRequest.of(10)).await().indefinitely())
                .as("of what had ended, the former format has nothing to send a label with")
                .extracting(PendingRecord::id)
                .containsExactly(open.id(), fresh.id());
    }

    private void deleteEvents(String which) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"))) {
            connection.createStatement().execute("DELETE FROM event WHERE " + which);
        }
    }

    private void reopen() throws IOException {
        ledger.close();
        ledger = Ledger.open(folder, config(1_000_000, 64));
    }

    private void promise(NewEscalation... escalations) {
        ledger.promise(List.of(escalations)).await().indefinitely();
    }

    private List<AppliedVerdict> apply(long nextOffset, Verdict... verdicts) {
        return ledger.apply(List.of(verdicts), TOPIC, 0, nextOffset).await().indefinitely();
    }

    private List<LedgerEvent> events(long afterCursor) {
        return ledger.eventsAfter(afterCursor, 10).await().indefinitely().events();
    }

    private EscalationRow find(String id) {
        return ledger.find(id).await().indefinitely().orElseThrow();
    }

    private void assertBalance(long escalated, long audited) {
        LedgerCounts counts = ledger.counts();
        assertThat(counts.escalated()).isEqualTo(escalated);
        assertThat(counts.audited()).isEqualTo(audited);
        assertThat(counts.byState().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counts.promised());
    }

    private static NewEscalation escalated() {
        return sample(Purpose.PURPOSE_ESCALATED, 10);
    }

    private static NewEscalation onPartition(int partition) {
        return new NewEscalation(
                escalated().sample().toBuilder().setReplyPartition(partition).build());
    }

    private static Verdict decided(NewEscalation escalation, int rank, int revision) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel("b")
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                        .setRank(rank)
                        .setRevision(revision))
                .build();
    }

    private static Verdict parked(NewEscalation escalation) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setParked(Verdict.Parked.newBuilder().setReason("entropy 1.1 above 0.5"))
                .build();
    }

    private static Verdict rejected(NewEscalation escalation) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setRejected(Verdict.Rejected.newBuilder().setReason("unknown ensemble"))
                .build();
    }
}
