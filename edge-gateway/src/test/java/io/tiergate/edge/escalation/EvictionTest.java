package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.Ledgers.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictionTest {
    /** Every sample of these tests has the same size. */
    private static final int SIZE = escalated(0.5).sizeBytes();

    @TempDir
    Path folder;

    private Ledger ledger;
    private long offset;

    @BeforeEach
    void start() throws IOException {
        open(OutboxConfig.WhenFull.EVICT);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void theSampleNearestToItsThresholdGoesFirst() {
        NewEscalation near = promise(escalated(0.79));
        NewEscalation far = promise(escalated(0.1));
        NewEscalation middle = promise(escalated(0.5));
        List<String> heard = new CopyOnWriteArrayList<>();
        ledger.onEvent(heard::addAll);
        NewEscalation fresh = promise(escalated(0.3));
        assertThat(find(near).state()).isEqualTo(EscalationState.EVICTED);
        assertThat(find(near).reason()).isEqualTo("outbox-full");
        assertPending(far, middle, fresh);
        assertThat(heard).containsExactly(near.id());
        assertThat(ledger.counts().evictions()).isEqualTo(1);
        assertThat(ledger.counts().outboxBytes()).isEqualTo(3L * SIZE);
        assertBalance();
    }

    @Test
    void ofEqualWorthTheOldestGoesFirst() {
        NewEscalation first = promise(escalated(0.5));
        NewEscalation second = promise(escalated(0.5));
        NewEscalation third = promise(escalated(0.5));
        NewEscalation fourth = promise(escalated(0.5));
        assertThat(find(first).state()).isEqualTo(EscalationState.EVICTED);
        assertPending(second, third, fourth);
    }

    @Test
    void whatIsWorthLessThanAllThatWaitsIsRefusedItself() {
        List<NewEscalation> waiting =
                List.of(promise(escalated(0.1)), promise(escalated(0.2)), promise(escalated(0.3)));
        assertRefused(escalated(0.7));
        assertPending(waiting.toArray(NewEscalation[]::new));
        assertBalance();
    }

    @Test
    void noAuditGoesBeforeAnEscalationOrForOne() {
        NewEscalation audit = promise(audited());
        NewEscalation escalation = promise(escalated(0));
        NewEscalation other = promise(audited());
        NewEscalation third = promise(audited());
        assertThat(find(escalation).state()).isEqualTo(EscalationState.EVICTED);
        assertRefused(escalated(0));
        NewEscalation fourth = promise(audited());
        assertThat(find(audit).state()).as("the oldest of them").isEqualTo(EscalationState.EVICTED);
        assertPending(other, third, fourth);
        assertBalance();
    }

    @Test
    void whatFailedACheckOrWasAskedForIsWorthMoreThanAnyDoubt() {
        NewEscalation asked = promise(escalated(0.95));
        NewEscalation near = promise(escalated(0.1));
        NewEscalation far = promise(escalated(0.01));
        NewEscalation fresh = promise(escalated(0));
        assertThat(find(near).state()).isEqualTo(EscalationState.EVICTED);
        assertPending(asked, far, fresh);
    }

    @Test
    void payloadsThatOthersHaveGoBeforeAnySampleAndKeepTheirState() {
        NewEscalation pending = promise(escalated(0.79));
        NewEscalation sent = promise(escalated(0.1));
        NewEscalation parked = promise(escalated(0.1));
        ledger.sent(new PendingRecord.Place(false, 2)).await().indefinitely();
        apply(Verdict.newBuilder().setEscalationId(parked.id()).setParked(Verdict.Parked.getDefaultInstance()));
        NewEscalation fourth = promise(escalated(0.5));
        assertThat(kept()).containsExactly(pending.id(), sent.id(), fourth.id());
        NewEscalation fifth = promise(escalated(0.5));
        assertThat(kept()).containsExactly(pending.id(), fourth.id(), fifth.id());
        assertThat(find(sent).state()).isEqualTo(EscalationState.SENT);
        assertThat(find(parked).state()).isEqualTo(EscalationState.PARKED);
        assertThat(ledger.counts().evictions()).isZero();
        promise(escalated(0.5));
        assertThat(find(pending).state()).isEqualTo(EscalationState.EVICTED);
        // Both still take their verdicts, once.
        apply(decided(sent));
        apply(decided(parked));
        assertThat(ledger.counts().outboxBytes()).isEqualTo(3L * SIZE);
        assertBalance();
    }

    @Test
    void aVerdictOfAnEvictedSampleCountsAllTheSame() throws IOException {
        NewEscalation evicted = promise(escalated(0.79));
        promise(escalated(0.1));
        promise(escalated(0.1));
        promise(escalated(0.1));
        apply(decided(evicted));
        assertThat(find(evicted).state()).isEqualTo(EscalationState.VERDICT);
        assertThat(ledger.counts().in(EscalationState.EVICTED)).isZero();
        assertThat(ledger.counts().evictions()).isEqualTo(1);
        assertBalance();
    }

    @Test
    void aSampleThatWaitsWithItsReportedLabelStays() {
        NewEscalation labelled = promise(escalated(0.79));
        ledger.report(labelled.id(), "c", Timestamp.getDefaultInstance(), applied -> {})
                .await()
                .indefinitely();
        promise(escalated(0.1));
        promise(escalated(0.1));
        promise(escalated(0.1));
        assertThat(ledger.pending(PageRequest.of(10)).await().indefinitely())
                .extracting(PendingRecord::id)
                .contains(labelled.id());
        assertThat(ledger.counts().evictions()).isEqualTo(1);
    }

    @Test
    void aCallThatCannotBeStoredWholeEvictsNothing() {
        NewEscalation small = promise(escalated(0.5));
        promise(audited());
        promise(audited());
        assertThatThrownBy(() -> ledger.promise(List.of(escalated(0.1), escalated(0.1)))
                        .await()
                        .indefinitely())
                .isInstanceOf(LedgerUnavailableException.class);
        assertPending(small);
        assertThat(ledger.counts().promised()).isEqualTo(3);
    }

    @Test
    void withEvictOldestTheOldestEscalationGoesWhateverItsScore() throws IOException {
        ledger.close();
        open(OutboxConfig.WhenFull.EVICT_OLDEST);
        NewEscalation audit = promise(audited());
        NewEscalation old = promise(escalated(0));
        NewEscalation second = promise(escalated(0.79));
        NewEscalation fresh = promise(escalated(0.79));
        assertThat(find(old).state()).isEqualTo(EscalationState.EVICTED);
        assertPending(audit, second, fresh);
    }

    @Test
    void withShedWhatComesIsRefused() throws IOException {
        ledger.close();
        open(OutboxConfig.WhenFull.SHED);
        promise(escalated(0.79));
        promise(escalated(0.79));
        promise(escalated(0.79));
        assertRefused(escalated(0));
        assertThat(ledger.counts().evictions()).isZero();
    }

    @Test
    void victimsAreFoundByTheIndexAlone() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var plan = connection.createStatement().executeQuery("EXPLAIN QUERY PLAN " + """
                        SELECT e.sequence, e.id, e.state, length(p.sample)
                        FROM escalation e INDEXED BY escalation_worth CROSS JOIN payload p USING (sequence)
                        WHERE e.worth <= 1 ORDER BY e.worth, e.sequence LIMIT 10""")) {
            StringBuilder steps = new StringBuilder();
            while (plan.next()) {
                steps.append(plan.getString("detail")).append('\n');
            }
            assertThat(steps)
                    .contains("escalation_worth")
                    .doesNotContain("SCAN")
                    .doesNotContain("TEMP B-TREE");
        }
    }

    @Test
    void whatIsWorthSurvivesARestart() throws IOException {
        NewEscalation near = promise(escalated(0.79));
        NewEscalation far = promise(escalated(0.1));
        ledger.close();
        open(OutboxConfig.WhenFull.EVICT);
        NewEscalation third = promise(escalated(0.5));
        NewEscalation fourth = promise(escalated(0.5));
        assertThat(find(near).state()).isEqualTo(EscalationState.EVICTED);
        assertPending(far, third, fourth);
    }

    private void open(OutboxConfig.WhenFull whenFull) throws IOException {
        ledger = Ledger.open(folder, config(3L * SIZE, 64, Duration.ofDays(7), whenFull));
    }

    private static NewEscalation escalated(double score) {
        return sample(Purpose.PURPOSE_ESCALATED, score);
    }

    private static NewEscalation audited() {
        return sample(Purpose.PURPOSE_AUDITED, 0.9);
    }

    private static NewEscalation sample(Purpose purpose, double score) {
        EscalatedSample.Builder sample =
                Ledgers.sample(purpose, 10).sample().toBuilder().setScore(score).setThreshold(0.8);
        // A number that is zero takes no room in a message: the subject makes up for it.
        int missing = score == 0 ? 9 : 0;
        return new NewEscalation(sample.setSubject("s".repeat(10 + missing)).build());
    }

    private NewEscalation promise(NewEscalation escalation) {
        ledger.promise(List.of(escalation)).await().indefinitely();
        return escalation;
    }

    private void assertRefused(NewEscalation escalation) {
        assertThatThrownBy(() -> promise(escalation))
                .isInstanceOfSatisfying(LedgerUnavailableException.class, e -> assertThat(e.reason())
                        .isEqualTo("outbox-full"));
        assertThat(ledger.find(escalation.id()).await().indefinitely()).isEmpty();
    }

    private void assertPending(NewEscalation... escalations) {
        for (NewEscalation each : escalations) {
            assertThat(find(each).state()).isEqualTo(EscalationState.PENDING);
        }
    }

    /** Ids of the samples whose payload is there, the oldest first. */
    private List<String> kept() {
        List<String> ids = new java.util.ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                var rows = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT e.id FROM escalation e JOIN payload USING (sequence) ORDER BY sequence")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return ids;
    }

    private void apply(Verdict.Builder verdict) {
        assertThat(ledger.apply(List.of(verdict.build()), "verdicts", 0, ++offset)
                        .await()
                        .indefinitely())
                .hasSize(1);
    }

    private static Verdict.Builder decided(NewEscalation escalation) {
        return Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setFinal(Verdict.Final.newBuilder().setLabel("b").setRank(10));
    }

    private EscalationRow find(NewEscalation escalation) {
        return ledger.find(escalation.id()).await().indefinitely().orElseThrow();
    }

    private void assertBalance() {
        LedgerCounts counts = ledger.counts();
        assertThat(counts.byState().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(counts.promised());
    }
}
