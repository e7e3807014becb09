package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.certificate.Quantiles;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BudgetThresholdTest {
    private static final Quantiles UNIFORM = new Quantiles(List.of(0.0, 1.0));

    static Stream<Arguments> worlds() {
        return Stream.of(0.02, 0.2, 0.7)
                .flatMap(share -> Stream.<Arguments>of(
                        world(share, "as calibrated", u -> u),
                        world(share, "surer", u -> Math.pow(u, 0.2)),
                        world(share, "less sure", u -> u * u),
                        world(share, "a few scores only", u -> Math.floor(u * 4) / 4),
                        world(share, "one score", u -> 0.4),
                        world(share, "saturated", u -> Math.min(1, 2 * u)),
                        world(share, "below the reference", u -> u - 2),
                        world(share, "above the reference", u -> u + 2)));
    }

    private static Arguments world(double share, String name, DoubleUnaryOperator scores) {
        return Arguments.of(share, name, scores);
    }

    @ParameterizedTest(name = "{0} of scores {1}")
    @MethodSource("worlds")
    void theShareIsMetWhateverTheScores(double share, String name, DoubleUnaryOperator scores) {
        SplittableRandom random = new SplittableRandom(4);
        BudgetThreshold threshold = new BudgetThreshold(share, UNIFORM);
        int below = 0;
        for (int i = 0; i < 60_000; i++) {
            double score = scores.applyAsDouble(random.nextDouble());
            boolean escalated = score < threshold.threshold();
            threshold.decided(escalated);
            // The others are for finding its way, which takes long where the share is small.
            below += escalated && i >= 50_000 ? 1 : 0;
        }
        assertThat(below / 10_000.0).as(name).isCloseTo(share, within(0.01));
    }

    @Test
    void startsAtTheReferencesQuantile() {
        assertThat(new BudgetThreshold(0.3, UNIFORM).threshold()).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void nothingAndEverythingAreSharesToo() {
        assertThat(new BudgetThreshold(0, UNIFORM).threshold()).isLessThan(-1e300);
        assertThat(new BudgetThreshold(1, UNIFORM).threshold()).isGreaterThan(1e300);
    }

    @Test
    void goesOnWhereAnEarlierOneLeftOff() {
        BudgetThreshold threshold = new BudgetThreshold(0.3, UNIFORM);
        threshold.decided(true);
        BudgetThreshold next = new BudgetThreshold(0.3, UNIFORM);
        next.rank(threshold.rank());

        assertThat(next.threshold()).isEqualTo(threshold.threshold()).isCloseTo(0.2993, within(1e-12));
        next.rank(Double.NaN);
        assertThat(next.rank()).isEqualTo(0.3);
    }
}
