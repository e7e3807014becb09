package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One sample of each kind all the way round: edge, broker, ensemble, database, and back. */
class FullCircleIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
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

    @AfterAll
    static void stop() {
        edge.close();
        stack.close();
    }

    @Test
    void anAcceptedSampleStaysHere() {
        SampleResult result = edge.infer("tiny-edge", 5, 0, 0, 0);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        assertThat(result.getLabel()).isEqualTo("a");
        assertThat(result.getEscalationId()).isEmpty();
    }

    @Test
    void anEscalatedSampleGetsTheEnsemblesVerdictAndOneRetrainingRecord() throws Exception {
        SampleResult result = edge.infer("tiny-edge", 0, 1, 0, 0);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        assertThat(result.getProvisional()).isTrue();
        Escalation escalation = awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(escalation.getVerdict().getLabel()).isEqualTo("b");
        assertThat(escalation.getVerdict().getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_ENSEMBLE);
        assertThat(escalation.getVerdict().getDegraded()).isFalse();
        LabeledSample labeled = onlyRetrainingRecord(result.getEscalationId());
        assertThat(labeled.getLabel()).isEqualTo("b");
        assertThat(labeled.getInclusionProbability()).isEqualTo(1);
        assertThat(labeled.getTensorsCount()).isEqualTo(1);
    }

    @Test
    void anAuditedSampleGetsAVerdictToo() throws Exception {
        SampleResult result = edge.infer("tiny-audited", 5, 0, 0, 0);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        Escalation escalation = awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(escalation.getPurpose()).isEqualTo(Purpose.PURPOSE_AUDITED);
        assertThat(escalation.getVerdict().getLabel()).isEqualTo("a");
        assertThat(onlyRetrainingRecord(result.getEscalationId()).getPurpose()).isEqualTo(Purpose.PURPOSE_AUDITED);
    }

    @Test
    void whatTheEnsembleIsUnsureOfIsParkedForAPerson() {
        SampleResult result = edge.infer("tiny-edge", 1, 1, 1, 0);
        Escalation escalation = awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_PARKED);
        assertThat(escalation.getReason()).contains("entropy");
        assertThat(retrainingRecords(result.getEscalationId())).isEmpty();
    }

    @Test
    void whatIsSentAsScoresOnlyIsParkedForAPersonHoweverSureTheEnsembleWouldBe() {
        SampleResult result = edge.infer("tiny-scores", 0, 1, 0, 0);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        Escalation escalation = awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_PARKED);
        assertThat(escalation.getReason()).isEqualTo("no-payload");
        assertThat(escalation.getEdgeLabel()).isEqualTo("b");
        assertThat(retrainingRecords(result.getEscalationId())).isEmpty();
    }

    @Test
    void aReportedLabelReplacesTheVerdictAndIsASecondRetrainingRecord() throws Exception {
        SampleResult result = edge.infer("tiny-edge", 0, 1, 0, 0);
        awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(edge.report(result.getEscalationId(), "c").getVerdict().getSource())
                .isEqualTo(VerdictSource.VERDICT_SOURCE_APPLICATION);
        await().atMost(PATIENCE)
                .until(() -> retrainingRecords(result.getEscalationId()).size() == 2);
        LabeledSample labeled = LabeledSample.parseFrom(
                retrainingRecords(result.getEscalationId()).get(1).value());
        assertThat(labeled.getLabel()).isEqualTo("c");
        assertThat(labeled.getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_APPLICATION);
        assertThat(labeled.getRank()).isEqualTo(20);
        assertThat(labeled.getInclusionProbability()).isEqualTo(1);
        assertThat(labeled.getTensorsCount()).as("the first record has them").isZero();
        assertThat(edge.find(result.getEscalationId()).getVerdict().getLabel()).isEqualTo("c");
    }

    @Test
    void aReportedLabelSparesAPersonTheWork() throws Exception {
        SampleResult result = edge.infer("tiny-edge", 1, 1, 1, 0);
        awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_PARKED);
        edge.report(result.getEscalationId(), "b");
        await().atMost(PATIENCE)
                .until(() -> retrainingRecords(result.getEscalationId()).size() == 1);
        LabeledSample labeled = onlyRetrainingRecord(result.getEscalationId());
        assertThat(labeled.getLabel()).isEqualTo("b");
        assertThat(labeled.getTensorsCount()).isEqualTo(1);
    }

    @Test
    void anOutputThatIsNotFiniteIsDecidedByTheMembersThatCan() {
        SampleResult result = edge.infer("tiny-edge", 1, 0, 0, Float.NaN);
        assertThat(result.getReason()).isEqualTo("non-finite-output");
        Escalation escalation = awaitState(result.getEscalationId(), EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(escalation.getVerdict().getLabel()).isEqualTo("a");
        assertThat(escalation.getVerdict().getDegraded()).isTrue();
    }

    @Test
    void aWatcherGoesOnAfterItsCursorWhenTheEdgeWasKilledInBetween() throws Exception {
        String before = edge.infer("tiny-edge", 0, 1, 0, 0).getEscalationId();
        long cursor = awaitEvent(edge.watch(0), before).getCursor();
        stack.process(Part.EDGE).kill();
        stack.process(Part.EDGE).awaitReady(PATIENCE);
        String after = edge.infer("tiny-edge", 0, 1, 0, 0).getEscalationId();
        Iterator<VerdictEvent> resumed = edge.watch(cursor);
        VerdictEvent event = awaitEvent(resumed, after);
        assertThat(event.getCursor()).isGreaterThan(cursor);
        assertThat(event.getEscalation().getState()).isEqualTo(EscalationState.ESCALATION_STATE_VERDICT);
    }

    private static Escalation awaitState(String id, EscalationState state) {
        await().atMost(PATIENCE).until(() -> edge.state(id) == state);
        return edge.find(id);
    }

    private static VerdictEvent awaitEvent(Iterator<VerdictEvent> events, String id) {
        VerdictEvent event = events.next();
        while (!event.getEscalation().getEscalationId().equals(id)) {
            event = events.next();
        }
        return event;
    }

    private static LabeledSample onlyRetrainingRecord(String id) throws Exception {
        List<ConsumerRecord<String, byte[]>> records = retrainingRecords(id);
        assertThat(records).hasSize(1);
        return LabeledSample.parseFrom(records.get(0).value());
    }

    private static List<ConsumerRecord<String, byte[]>> retrainingRecords(String id) {
        return Topic.read(stack.kafkaAddress(), "retraining").stream()
                .filter(record -> idOf(record).equals(id))
                .toList();
    }

    private static String idOf(ConsumerRecord<String, byte[]> record) {
        try {
            return LabeledSample.parseFrom(record.value()).getEscalationId();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError("retraining record cannot be read", e);
        }
    }
}
