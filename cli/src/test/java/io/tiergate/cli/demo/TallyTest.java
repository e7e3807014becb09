package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images' true classes alternate: Bag, Coat, Bag, Coat … */
class TallyTest {
    private static final TopicCensus TOPICS = new TopicCensus(2, 0, 300, 3, List.of("big/1@sha256:00"));

    @TempDir
    Path folder;

    private SmallRun run;

    @BeforeEach
    void start() throws Exception {
        run = new SmallRun(folder);
    }

    @Test
    void everyRequestAndEveryPromiseIsCountedOnce() {
        run.answer(Decision.ACCEPTED, "Bag", null);
        run.answer(Decision.ACCEPTED, "Coat", "audited");
        run.answer(Decision.ESCALATED, "Coat", "corrected");
        run.answer(Decision.ESCALATED, "Bag", "parked");
        run.answer(Decision.ESCALATED, "Bag", "lost");
        run.answer(Decision.LOCAL_ONLY, "Coat", null);
        run.answer(Decision.SHED, "Bag", null);
        run.failure();
        run.verdict("audited", "Coat");
        run.verdict("corrected", "Bag");
        run.parked("parked");

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
        run.answer(Decision.ACCEPTED, "Bag", null);
        run.answer(Decision.ESCALATED, "Bag", "corrected");
        run.answer(Decision.ESCALATED, "Coat", "parked");
        run.answer(Decision.ACCEPTED, "Bag", null);
        run.verdict("corrected", "Coat");
        run.parked("parked");

        Report report = report();

        assertThat(report.edgeAccuracy()).isEqualTo(0.25, within(1e-9));
        assertThat(report.tieredAccuracy()).isEqualTo(0.5, within(1e-9));
        assertThat(report.acceptedAccuracy()).isEqualTo(0.5, within(1e-9));
        assertThat(report.isSuccess()).isTrue();
    }

    @Test
    void theJsonHasTheAgreedNames() throws Exception {
        run.answer(Decision.ESCALATED, "Bag", "lost");
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
        return new Tally(run.replies, run.outcomes, run.truth).report(TOPICS, Duration.ofMillis(1_500));
    }
}
