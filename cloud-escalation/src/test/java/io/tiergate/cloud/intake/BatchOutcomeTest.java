package io.tiergate.cloud.intake;

import static io.tiergate.cloud.testing.Samples.sample;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.review.Recording;
import io.tiergate.cloud.review.StoredAnswer;
import io.tiergate.cloud.review.StoredReport;
import io.tiergate.cloud.testing.Input;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** What is published for one escalation, by what its row says: records at offsets 10, 50 and 80 of partition 0. */
class BatchOutcomeTest {
    private static final Refusal BROKEN = new Refusal(Refusal.Code.TENSOR, "x: broken");

    private static final Recording<StoredReport> NO_REPORTS = new Recording<>(Map.of(), Map.of());

    private final EscalatedSample sample = sample("acme", Input.SURE_A).build();
    private final UUID id = UUID.fromString(sample.getEscalationId());

    @Test
    void answersTheRecordThatMadeTheRowAndKeepsItsSample() {
        assertThat(published(row(10, 10, decided()), finding(10, 1))).containsExactly("verdicts 1", "retraining");
    }

    @Test
    void answersCopiesInOneBatchOnce() {
        assertThat(published(row(10, 10, decided()), finding(10, 1), finding(50, 1)))
                .containsExactly("verdicts 1", "retraining");
    }

    @Test
    void publishesNothingForACopyOfWhatWasAnsweredBefore() {
        assertThat(published(row(10, 10, decided()), finding(50, 1))).isEmpty();
    }

    @Test
    void answersALaterAttemptWithoutKeepingTheSampleAgain() {
        assertThat(published(row(10, 50, decided()), finding(50, 2))).containsExactly("verdicts 2");
    }

    @Test
    void keepsTheSampleWhenTheFirstQuestionIsReadAgainBesideALaterOne() {
        assertThat(published(row(10, 50, decided()), finding(10, 1), finding(50, 2)))
                .containsExactly("verdicts 2", "retraining");
    }

    @Test
    void keepsTheSampleOfTheFirstQuestionThoughAnotherReplicaHasStoredALaterOneMeanwhile() {
        assertThat(published(row(10, 50, decided()), finding(10, 1))).containsExactly("verdicts 1", "retraining");
    }

    @Test
    void buriesARefusedRecordOnce() {
        assertThat(published(row(10, 10, rejected()), refused(10, 1), refused(50, 1)))
                .containsExactly("verdicts 1", "dead-letters");
        assertThat(published(row(10, 50, rejected()), refused(50, 2))).containsExactly("verdicts 2");
        assertThat(published(row(10, 10, rejected()), refused(80, 1))).isEmpty();
    }

    @Test
    void buriesABrokenCopyOfASoundQuestion() {
        assertThat(published(row(10, 10, decided()), refused(80, 1))).containsExactly("dead-letters");
    }

    @Test
    void buriesWithTheStoredReasonWhatWasRefusedBeforeARestartAndWouldBeAnsweredNow() {
        assertThat(published(row(10, 10, rejected()), finding(10, 1))).containsExactly("verdicts 1", "dead-letters");
    }

    @Test
    void anEnvelopeThatAsksAgainDecidesNothingBesideItsSample() {
        Findings findings = Findings.of(List.of(envelope(50), finding(10, 1)));
        assertThat(findings.toAnswers()).singleElement().satisfies(answer -> {
            assertThat(answer.verdict().hasFinal()).isTrue();
            assertThat(answer.origin()).isEqualTo(new Origin(0, 10));
        });
        assertThat(published(row(10, 10, decided()), finding(10, 1), envelope(50)))
                .as("one answer for both, and it is no broken copy either")
                .containsExactly("verdicts 2", "retraining");
    }

    /** The second question about a sample that its edge has dropped. */
    private Finding envelope(long offset) {
        return new Finding(
                new Reading.Refused(
                        record(offset),
                        id,
                        sample.toBuilder().setAttempt(2).clearPayload().build(),
                        BROKEN),
                rejected(),
                Optional.of(BROKEN));
    }

    @Test
    void answersAReplayedDeadLetterBeforeAndForLaterQuestions() {
        assertThat(published(row(80, 80, decided()), finding(50, 2), replayed(80, 1)))
                .containsExactly("verdicts 2", "retraining");
        assertThat(published(row(10, 10, decided()), replayed(80, 1)))
                .as("answered long ago")
                .isEmpty();
    }

    @Test
    void answersAReplayedDeadLetterWithAnEventOfItsOwnAndBelievesNoOtherHeader() {
        assertThat(eventOf(replayed(80, 1))).isEqualTo(id + "/1/replay-of/0:7");
        for (byte[] odd : new byte[][] {null, {}, {-1}, "7".getBytes(UTF_8), "0:7; 0:8".getBytes(UTF_8)}) {
            Finding strange = finding(80, 1);
            strange.reading().origin().headers().add("replay-of", odd);
            assertThat(strange.isReplayed()).isFalse();
            assertThat(eventOf(strange)).isEqualTo(id + "/1");
        }
    }

    private String eventOf(Finding finding) {
        Verdict verdict = Verdict.newBuilder(decided())
                .setEscalationId(id.toString())
                .setAttempt(1)
                .build();
        ProducerRecord<byte[], byte[]> record =
                new RecordFactory("acme").verdict(finding.reading().origin(), sample, verdict);
        return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
    }

    private List<String> published(StoredAnswer row, Finding... findings) {
        BatchOutcome outcome = BatchOutcome.of(
                List.of(), Findings.of(List.of(findings)), Map.of(id, row), NO_REPORTS, new RecordFactory("acme"));
        return outcome.toPublication(new EscalationBatch(List.of(), 1)).records().stream()
                .map(BatchOutcomeTest::words)
                .toList();
    }

    private static String words(ProducerRecord<byte[], byte[]> record) {
        String topic = record.topic().substring("tiergate.acme.".length());
        try {
            return topic.equals("verdicts")
                    ? topic + " " + Verdict.parseFrom(record.value()).getAttempt()
                    : topic;
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StoredAnswer row(long firstOffset, long latestOffset, Verdict verdict) {
        return new StoredAnswer(new Origin(0, firstOffset), new Origin(0, latestOffset), verdict, Optional.empty());
    }

    private Finding replayed(long offset, int attempt) {
        Finding copy = finding(offset, attempt);
        copy.reading().origin().headers().add("replay-of", "0:7".getBytes(UTF_8));
        return copy;
    }

    private Finding finding(long offset, int attempt) {
        return new Finding(
                new Reading.Refused(
                        record(offset),
                        id,
                        sample.toBuilder().setAttempt(attempt).build(),
                        BROKEN),
                decided(),
                Optional.empty());
    }

    private Finding refused(long offset, int attempt) {
        return new Finding(
                new Reading.Refused(
                        record(offset),
                        id,
                        sample.toBuilder().setAttempt(attempt).build(),
                        BROKEN),
                rejected(),
                Optional.of(BROKEN));
    }

    private ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>("tiergate.acme.escalations", 0, offset, new byte[0], sample.toByteArray());
    }

    private static Verdict decided() {
        return Verdict.newBuilder()
                .setFinal(Verdict.Final.newBuilder().setLabel("a"))
                .build();
    }

    private static Verdict rejected() {
        return Verdict.newBuilder()
                .setRejected(Verdict.Rejected.newBuilder().setReason("x: broken"))
                .build();
    }
}
