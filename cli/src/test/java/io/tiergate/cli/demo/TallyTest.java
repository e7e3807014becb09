package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Status;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FinalVerdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images' true classes alternate: Bag (1), Coat (0), Bag, Coat … */
class TallyTest {
    private static final List<String> LABELS = List.of("Coat", "Bag");
    private static final TopicCensus TOPICS = new TopicCensus(2, 0, 300, 3, List.of("big/1@sha256:00"));

    @TempDir
    Path folder;

    private final Outcomes outcomes = new Outcomes();
    private final List<Reply> replies = new ArrayList<>();
    private LabeledImages images;

    @BeforeEach
    void readImages() throws Exception {
        images = LabeledImages.read(IdxFixtures.twoImages(folder));
    }

    @Test
    void everyRequestAndEveryPromiseIsCountedOnce() {
        answer(Decision.ACCEPTED, "Bag", null);
        answer(Decision.ACCEPTED, "Coat", "audited");
        answer(Decision.ESCALATED, "Coat", "corrected");
        answer(Decision.ESCALATED, "Bag", "parked");
        answer(Decision.ESCALATED, "Bag", "lost");
        answer(Decision.LOCAL_ONLY, "Coat", null);
        answer(Decision.SHED, "Bag", null);
        replies.add(new Reply.Failed(7, 1_000_000, Status.UNAVAILABLE));
        end("audited", EscalationState.ESCALATION_STATE_VERDICT, "Coat");
        end("corrected", EscalationState.ESCALATION_STATE_VERDICT, "Bag");
        end("parked", EscalationState.ESCALATION_STATE_PARKED, "");

        Report report = report();

        assertThat(report.requests())
                .isEqualTo(8)
                .isEqualTo(report.accepted()
                        + report.escalated()
                        + report.localOnly()
                        + report.shed()
                        + report.resolved()
                        + report.errors());
        assertThat(report.escalated() + report.audited())
                .isEqualTo(4)
                .isEqualTo(report.verdicts()
                        + report.humanReviewPending()
                        + report.rejected()
                        + report.expired()
                        + report.evicted()
                        + report.verdictsLost());
        assertThat(report.verdictsLost()).isEqualTo(1);
        assertThat(report.isSuccess()).isFalse();
    }

    @Test
    void aVerdictReplacesTheEdgesLabelInTheTieredAccuracyAlone() {
        answer(Decision.ACCEPTED, "Bag", null);
        answer(Decision.ESCALATED, "Bag", "corrected");
        answer(Decision.ESCALATED, "Coat", "parked");
        answer(Decision.ACCEPTED, "Bag", null);
        end("corrected", EscalationState.ESCALATION_STATE_VERDICT, "Coat");
        end("parked", EscalationState.ESCALATION_STATE_PARKED, "");

        Report report = report();

        assertThat(report.edgeAccuracy()).isEqualTo(0.25, within(1e-9));
        assertThat(report.tieredAccuracy()).isEqualTo(0.5, within(1e-9));
        assertThat(report.acceptedAccuracy()).isEqualTo(0.5, within(1e-9));
        assertThat(report.isSuccess()).isTrue();
    }

    @Test
    void theJsonHasTheAgreedNames() throws Exception {
        answer(Decision.ESCALATED, "Bag", "lost");
        JsonNode json = new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(report()));
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "requests",
                        "errors",
                        "accepted",
                        "escalated",
                        "local_only",
                        "shed",
                        "resolved",
                        "audited",
                        "verdicts",
                        "human_review_pending",
                        "rejected",
                        "expired",
                        "evicted",
                        "verdicts_lost",
                        "verdicts_duplicated",
                        "retraining_records",
                        "dead_letters",
                        "edge_accuracy",
                        "tiered_accuracy",
                        "accepted_accuracy",
                        "edge_latency_ms",
                        "verdict_latency_ms",
                        "bytes_escalated",
                        "bytes_if_all_sent",
                        "duration_s",
                        "versions");
        assertThat(json.get("edge_latency_ms").fieldNames()).toIterable().containsExactly("p50", "p95", "p99");
        assertThat(json.get("versions").fieldNames())
                .toIterable()
                .containsExactly("tiergate", "edge_model", "ensemble");
        assertThat(json.get("duration_s").doubleValue()).isEqualTo(1.5);
        assertThat(json.get("bytes_if_all_sent").longValue()).isEqualTo(100);
    }

    private Report report() {
        return new Tally(replies, outcomes, images, LABELS).report(TOPICS, Duration.ofMillis(1_500));
    }

    private void answer(Decision decision, String label, String promise) {
        Answer answer = new Answer(decision, label, label, Optional.ofNullable(promise), "small/1@sha256:11");
        answer.promise().ifPresent(outcomes::promised);
        replies.add(new Reply.Answered(replies.size(), 2_000_000, answer));
    }

    private void end(String id, EscalationState state, String label) {
        outcomes.delivered(Escalation.newBuilder()
                .setEscalationId(id)
                .setState(state)
                .setVerdict(FinalVerdict.newBuilder().setLabel(label))
                .build());
    }
}
