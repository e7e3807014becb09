package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ledger makes of the labels that an application reports. */
class ReportedLabelTest {
    private static final Timestamp NOW =
            Timestamp.newBuilder().setSeconds(1_800_000_000).build();

    @TempDir
    Path folder;

    private Ledger ledger;
    private NewEscalation escalation;
    private final List<AppliedVerdict> applied = new CopyOnWriteArrayList<>();
    private long offset;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.open(folder, Ledgers.config(1_000_000, 64));
        EscalatedSample sample = Ledgers.sample(Purpose.PURPOSE_AUDITED, 10).sample();
        escalation = new NewEscalation(sample.toBuilder()
                .setTensors(Tensors.newBuilder().addTensors(Tensor.newBuilder().setName("x")))
                .build());
        ledger.promise(List.of(escalation)).await().indefinitely();
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void theLabelIsTheVerdictAndAnEvent() {
        LabelReport report = report("b");
        assertThat(report.stands()).isTrue();
        assertThat(report.escalation().state()).isEqualTo(EscalationState.VERDICT);
        Verdict.Final verdict = report.escalation().verdict().orElseThrow().details();
        assertThat(verdict.getLabel()).isEqualTo("b");
        assertThat(verdict.getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_APPLICATION);
        assertThat(verdict.getRank()).isEqualTo(20);
        assertThat(report.escalation().verdict().orElseThrow().decidedAtMillis())
                .isEqualTo(1_800_000_000_000L);
        assertThat(ledger.eventsAfter(0, 10).await().indefinitely().events()).hasSize(1);
        assertThat(ledger.counts().in(EscalationState.VERDICT)).isEqualTo(1);
        assertThat(ledger.counts().in(EscalationState.PENDING)).isZero();
    }

    @Test
    void aSampleThatWasNeverSentGoesWithItsLabelAndOnlyThen() throws Exception {
        report("b");
        EscalatedSample sent = EscalatedSample.parseFrom(onlyPending().value());
        assertThat(sent.getReportedLabel().getLabel()).isEqualTo("b");
        assertThat(sent.getReportedLabel().getReportedAt()).isEqualTo(NOW);
        assertThat(sent.getLedgerSequence()).isEqualTo(1);
        assertThat(sent.toBuilder()
                        .clearReportedLabel()
                        .clearLedgerSequence()
                        .clearAttempt()
                        .build())
                .isEqualTo(escalation.sample());
        assertThat(ledger.counts().outboxBytes()).isPositive();
        sent();
        assertThat(ledger.counts().outboxBytes()).isZero();
        assertThat(pending()).isEmpty();
    }

    @Test
    void aSampleThatWasSentBeforeStaysBehind() throws Exception {
        ledger.sent(new PendingRecord.Place(false, 1)).await().indefinitely();
        report("b");
        assertThat(ledger.counts().outboxBytes()).isZero();
        assertSentWithoutTensors("b", 0);
    }

    @Test
    void theLabelOfADecidedSampleIsSentWithoutTensors() throws Exception {
        apply(10, "a");
        assertThat(report("b").escalation().verdict().orElseThrow().details().getLabel())
                .isEqualTo("b");
        assertSentWithoutTensors("b", 0);
    }

    @Test
    void theSameLabelAgainChangesNothing() {
        report("b");
        sent();
        LabelReport again = report("b");
        assertThat(again.stands()).isTrue();
        assertThat(applied).hasSize(1);
        assertThat(pending()).isEmpty();
    }

    @Test
    void anotherLabelIsALaterRevision() throws Exception {
        report("b");
        sent();
        report("c");
        assertThat(applied).hasSize(2);
        assertSentWithoutTensors("c", 1);
    }

    @Test
    void onlyTheLatestLabelIsSentAndAnOlderOneUnderWayDoesNotPassForIt() throws Exception {
        report("b");
        PendingRecord older = onlyPending();
        report("c");
        ledger.sent(older.place()).await().indefinitely();
        EscalatedSample later = EscalatedSample.parseFrom(onlyPending().value());
        assertThat(later.getReportedLabel().getLabel()).isEqualTo("c");
        assertThat(later.hasTensors())
                .as("who knows whether the older one arrived")
                .isTrue();
    }

    @Test
    void aPersonsVerdictStands() {
        apply(30, "c");
        LabelReport report = report("b");
        assertThat(report.stands()).isFalse();
        assertThat(applied).isEmpty();
        assertThat(report.escalation().verdict().orElseThrow().details().getLabel())
                .isEqualTo("c");
        assertThat(pending()).isEmpty();
        assertThat(report("c").stands()).as("the person says the same").isTrue();
    }

    @Test
    void aVerdictOfLowerRankThatComesLaterChangesNothingAndAPersonsDoes() {
        report("b");
        assertThat(apply(10, "a")).isEmpty();
        assertThat(apply(30, "a")).hasSize(1);
        assertThat(onlyPending()).as("the label is still told").isNotNull();
        assertThat(ledger.counts().outboxBytes())
                .as("with its sample, which was never sent")
                .isPositive();
    }

    @Test
    void aLabelTooLargeGoesWithoutItsSampleAndIsGivenUpOnlyIfThatIsTooLargeToo() throws Exception {
        report("b");
        ledger.tooLarge(onlyPending(), "16 bytes").await().indefinitely();
        assertThat(ledger.counts().outboxBytes()).isZero();
        assertThat(EscalatedSample.parseFrom(onlyPending().value()).hasTensors())
                .isFalse();
        ledger.tooLarge(onlyPending(), "16 bytes").await().indefinitely();
        assertThat(pending()).isEmpty();
    }

    @Test
    void labelsThatWaitAreThereAfterReopeningAndTheSumsAreTheSame() throws Exception {
        report("b");
        LedgerCounts before = ledger.counts();
        ledger.close();
        ledger = Ledger.open(folder, Ledgers.config(1_000_000, 64));
        assertThat(ledger.counts()).isEqualTo(before);
        assertThat(onlyPending().id()).isEqualTo(escalation.id());
    }

    @Test
    void whoeverSendsHearsOfALabelAndWhoeverWatchesToo() {
        AtomicInteger pending = new AtomicInteger();
        AtomicInteger events = new AtomicInteger();
        ledger.onPending(pending::incrementAndGet);
        ledger.onEvent(ids -> events.incrementAndGet());
        report("b");
        report("b");
        assertThat(pending).hasValue(1);
        assertThat(events).hasValue(1);
    }

    @Test
    void everybodyHearsOfALabelThoughWhoeverReportedItIsGone() {
        AtomicInteger events = new AtomicInteger();
        ledger.onEvent(ids -> events.incrementAndGet());
        ledger.report(escalation.id(), "b", NOW, applied::add)
                .subscribe()
                .with(reported -> {})
                .cancel();
        await().untilAsserted(() -> assertThat(applied).hasSize(1));
        assertThat(events).hasValue(1);
    }

    @Test
    void labelsDoNotHoldUpSamples() {
        for (int i = 0; i < 20; i++) {
            NewEscalation labelled = Ledgers.sample(Purpose.PURPOSE_ESCALATED, 10);
            ledger.promise(List.of(labelled)).await().indefinitely();
            ledger.report(labelled.id(), "b", NOW, applied::add).await().indefinitely();
        }
        assertThat(ledger.pending(PageRequest.of(10)).await().indefinitely())
                .filteredOn(PendingRecord.Sample.class::isInstance)
                .extracting(PendingRecord::id)
                .containsExactly(escalation.id());
    }

    @Test
    void anUnknownIdIsNone() {
        assertThat(ledger.report("nobody", "b", NOW, applied::add).await().indefinitely())
                .isEmpty();
    }

    private void assertSentWithoutTensors(String label, int revision) throws InvalidProtocolBufferException {
        EscalatedSample sent = EscalatedSample.parseFrom(onlyPending().value());
        assertThat(sent.getReportedLabel().getLabel()).isEqualTo(label);
        assertThat(sent.getReportedLabel().getRevision()).isEqualTo(revision);
        assertThat(sent.getPayloadCase()).isEqualTo(EscalatedSample.PayloadCase.PAYLOAD_NOT_SET);
        assertThat(sent.getContentDigest()).isEqualTo(escalation.sample().getContentDigest());
        assertThat(sent.getPurpose()).isEqualTo(Purpose.PURPOSE_AUDITED);
        assertThat(sent.getModel()).isEqualTo(escalation.sample().getModel());
    }

    private LabelReport report(String label) {
        return ledger.report(escalation.id(), label, NOW, applied::add)
                .await()
                .indefinitely()
                .orElseThrow();
    }

    private void sent() {
        ledger.sent(onlyPending().place()).await().indefinitely();
    }

    private PendingRecord onlyPending() {
        assertThat(pending()).hasSize(1);
        return pending().get(0);
    }

    private List<PendingRecord> pending() {
        return ledger.pending(PageRequest.of(10)).await().indefinitely();
    }

    private List<AppliedVerdict> apply(int rank, String label) {
        Verdict verdict = Verdict.newBuilder()
                .setEscalationId(escalation.id())
                .setFinal(Verdict.Final.newBuilder().setLabel(label).setRank(rank))
                .build();
        return ledger.apply(List.of(verdict), "tiergate.default.verdicts", 0, ++offset)
                .await()
                .indefinitely();
    }
}
