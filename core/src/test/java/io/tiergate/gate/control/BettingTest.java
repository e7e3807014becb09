package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.control.Betting.Weighted;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BettingTest {
    private static final int STREAMS = 1000;
    private static final double ALPHA = 0.05;

    /** After so many right answers each fraction f has won (1 + f c / (1 - c))^n, and their mean is 1 / alpha at the bound. */
    @ParameterizedTest
    @ValueSource(ints = {10, 100, 5000})
    void withoutErrorsTheBoundIsWhereTheMeanWealthIsReached(int right) {
        double bound = Betting.upper(List.of(new Weighted(1, 0, right)), ALPHA);
        double wealth = 0;
        for (double fraction : new double[] {0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9}) {
            wealth += Math.pow(1 + fraction * bound / (1 - bound), right) / 10;
        }
        assertThat(wealth).isCloseTo(1 / ALPHA, within(1e-4));
        assertThat(Betting.lower(List.of(new Weighted(1, 0, right)), ALPHA)).isCloseTo(0, within(1e-9));
    }

    @Test
    void nothingIsKnownOfNothing() {
        assertThat(Betting.upper(List.of(), ALPHA)).isEqualTo(1);
        assertThat(Betting.lower(List.of(), ALPHA)).isZero();
    }

    @Test
    void errorsOnlyMirrorRightAnswersOnly() {
        double upper = Betting.upper(List.of(new Weighted(1, 0, 200)), ALPHA);

        assertThat(Betting.lower(List.of(new Weighted(1, 1, 200)), ALPHA)).isCloseTo(1 - upper, within(1e-9));
        assertThat(Betting.upper(List.of(new Weighted(1, 1, 200)), ALPHA)).isCloseTo(1, within(1e-9));
    }

    /** Whoever looks after every answer and stops as he likes is wrong no more often than alpha. */
    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.3})
    void theTruthLeavesTheBoundsAtAnyTimeInNoMoreStreamsThanAlpha(double truth) {
        int above = 0;
        int below = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            SplittableRandom random = new SplittableRandom(stream);
            long wrong = 0;
            boolean wasAbove = false;
            boolean wasBelow = false;
            for (int n = 1; n <= 600 && !(wasAbove && wasBelow); n++) {
                boolean error = random.nextDouble() < truth;
                wrong += error ? 1 : 0;
                List<Weighted> counts = List.of(new Weighted(1, 0, n - wrong), new Weighted(1, 1, wrong));
                // The lower bound can only be too high after an error, the upper one too low after none; the latter is
                // seen in time.
                wasBelow |= error && Betting.lower(counts, ALPHA) > truth;
                wasAbove |= n % 10 == 0 && Betting.upper(counts, ALPHA) < truth;
            }
            above += wasAbove ? 1 : 0;
            below += wasBelow ? 1 : 0;
        }
        int most = new BinomialDistribution(STREAMS, ALPHA).inverseCumulativeProbability(1 - 1e-3);
        assertThat(above).isLessThanOrEqualTo(most);
        assertThat(below).isLessThanOrEqualTo(most);
    }

    @Property(tries = 200)
    void errorsOnlyRaiseTheBoundsAndEncloseTheMean(
            @ForAll @IntRange(min = 0, max = 2000) int right,
            @ForAll @IntRange(min = 0, max = 200) int wrong,
            @ForAll @DoubleRange(min = 0.01, max = 1) double weight) {
        List<Weighted> counts = List.of(new Weighted(weight, 0, right), new Weighted(weight, 1, wrong));
        List<Weighted> more = List.of(new Weighted(weight, 0, right), new Weighted(weight, 1, wrong + 1));
        double lower = Betting.lower(counts, ALPHA);
        double upper = Betting.upper(counts, ALPHA);

        assertThat(lower).isBetween(0.0, upper);
        assertThat(upper).isLessThanOrEqualTo(1);
        assertThat(Betting.upper(more, ALPHA)).isGreaterThanOrEqualTo(upper);
        assertThat(Betting.lower(more, ALPHA)).isGreaterThanOrEqualTo(lower);
        if (right + wrong > 0) {
            double share = (double) wrong / (right + wrong);
            assertThat(share).isBetween(lower - 1e-9, upper + 1e-9);
        }
    }
}
