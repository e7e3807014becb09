package io.tiergate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private final Findings findings = FindingsFixture.complete();

    private Map<String, Double> ratios() {
        return new Comparison(findings).ratios();
    }

    private Map<String, Double> limits() {
        return new Comparison(findings).limits();
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Spread(1, 3, 5));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(1, 3, 9));
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }

    @Test
    void limitsAreMediansAndTheComposedOneIsOfThePublishedValues() {
        assertThat(limits())
                .containsExactly(
                        entry("model_batch1_per_s", 1_000.0),
                        entry("model_best_batch_per_s", 3_000.0),
                        entry("grpc_echo_per_s", 4_000.0),
                        // 1 / (1 / 4000 + 1 / 3000)
                        entry("composed_per_s", 1_714.3));
    }

    /** The rounds' limits are 2000, 1000 and 2000: 0.8, 0.9 and 0.75 of them. The ratio of the medians would be another. */
    @Test
    void ratiosAreTakenWithinARoundAndTheirMedianIsPublished() {
        assertThat(ratios())
                .containsEntry("plain_to_limit", 0.8)
                // 0.5, 0.75, 0.5
                .containsEntry("gated_to_limit", 0.5)
                // 2, 3, 1
                .containsEntry("gated_to_afternoon", 2.0)
                // 5, 7.5, 2.5
                .containsEntry("gated_to_node", 5.0);
    }

    @Test
    void latenciesAreComparedWithTheEchosOfTheSameRound() {
        assertThat(ratios())
                // (2 - 1) / 0.5, (2 - 1) / 0.5, (3 - 2) / 1
                .containsEntry("accepted_p50_minus_echo_p50_in_model_times", 2.0)
                // 3 / 2, 4 / 4, 6 / 3
                .containsEntry("accepted_p99_over_echo_p99", 1.5)
                // (6 - 2) / 4, (8 - 4) / 2, (5 - 3) / 1
                .containsEntry("escalated_p99_minus_echo_p99_in_fsync_p99", 2.0)
                // 760 / 800
                .containsEntry("goodput_at_1_5", 0.95);
    }

    @Test
    void whatIsLeftOutTakesItsRatiosWithIt() {
        findings.leaveOut(Measurement.NODE, "Node.js is not installed");
        assertThat(ratios()).hasSize(7).doesNotContainKey("gated_to_node");
        findings.leaveOut(Measurement.ECHO, "it did not start");
        assertThat(ratios()).containsOnlyKeys("gated_to_afternoon", "goodput_at_1_5");
        assertThat(limits()).containsOnlyKeys("model_batch1_per_s", "model_best_batch_per_s");
    }

    @Test
    void aRoundWithoutEscalationsLeavesNothingToCompare() {
        List<LoadResult> rounds = findings.subject(Measurement.GATED).atRates.getFirst().rounds;
        rounds.set(1, LoadResults.ungated(100, 1, 2));

        assertThat(ratios())
                .doesNotContainKeys("accepted_p99_over_echo_p99", "escalated_p99_minus_echo_p99_in_fsync_p99");
    }

    @Test
    void memoryGrowthIsTheSlopeAfterTheWarmUp() {
        // 11 looks at 1,000 swaps: from the third on half a MiB a look, which is a hundred swaps.
        List<Double> memory = List.of(100.0, 180.0, 200.0, 200.5, 201.0, 201.5, 202.0, 202.5, 203.0, 203.5, 204.0);

        assertThat(Swaps.growthPer100(memory, 1_000)).isCloseTo(0.5, within(1e-9));
        assertThat(Swaps.growthPer100(List.of(90.0, 100.0, 100.0, 100.0), 30)).isZero();
    }

    @Test
    void aPercentileIsTheSmallestValueThatSoManyDoNotExceed() {
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (i + 1) * 1_000_000L;
        }
        assertThat(DiskProbe.atRank(nanos, 50)).isEqualTo(100);
        assertThat(DiskProbe.atRank(nanos, 99)).isEqualTo(198);
        assertThat(DiskProbe.atRank(new long[] {7_000_000}, 99)).isEqualTo(7);
    }
}
