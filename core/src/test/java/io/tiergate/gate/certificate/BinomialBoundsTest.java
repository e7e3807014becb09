package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinomialBoundsTest {
    @ParameterizedTest
    @CsvSource({"1, 0.05", "20, 0.05", "152, 0.01", "1000, 1e-12", "10000000, 0.01"})
    void withoutAHitTheUpperBoundHasAClosedForm(long trials, double delta) {
        assertThat(BinomialBounds.upper(0, trials, delta)).isCloseTo(1 - Math.pow(delta, 1.0 / trials), within(1e-9));
        assertThat(BinomialBounds.lower(0, trials, delta)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 0.05", "20, 0.05", "1000, 0.01"})
    void withHitsOnlyTheLowerBoundHasAClosedForm(long trials, double delta) {
        assertThat(BinomialBounds.lower(trials, trials, delta)).isCloseTo(Math.pow(delta, 1.0 / trials), within(1e-9));
        assertThat(BinomialBounds.upper(trials, trials, delta)).isEqualTo(1);
    }

    /** scipy.stats.beta.ppf(1 - delta, k + 1, n - k) and beta.ppf(delta, k, n - k + 1). */
    @Test
    void agreesWithSciPy() {
        assertThat(BinomialBounds.upper(2, 20, 0.05)).isCloseTo(0.28261852488586087, within(1e-10));
        assertThat(BinomialBounds.lower(2, 20, 0.05)).isCloseTo(0.018065203085418632, within(1e-10));
        assertThat(BinomialBounds.upper(171, 7220, 0.01 / 14)).isCloseTo(0.029945154040310826, within(1e-10));
        assertThat(BinomialBounds.upper(5000, 1_000_000, 1e-6)).isCloseTo(0.0053434572325542495, within(1e-10));
        assertThat(BinomialBounds.lower(5000, 1_000_000, 1e-6)).isCloseTo(0.004671817932492462, within(1e-10));
        assertThat(BinomialBounds.lower(1, 10_000_000, 0.01)).isCloseTo(1.005033584845098e-09, within(1e-11));
    }

    @Test
    void noTrialSaysNothing() {
        assertThat(BinomialBounds.upper(0, 0, 0.05)).isEqualTo(1);
        assertThat(BinomialBounds.lower(0, 0, 0.05)).isZero();
    }

    @Property(tries = 200)
    void theBoundsEncloseTheShareAndMirrorEachOther(
            @ForAll @IntRange(min = 1, max = 5000) int trials,
            @ForAll @DoubleRange(min = 0, max = 1) double part,
            @ForAll @DoubleRange(min = 0.3, max = 6) double digits) {
        long hits = Math.round(part * trials);
        double delta = Math.pow(10, -digits);
        double share = (double) hits / trials;

        assertThat(BinomialBounds.lower(hits, trials, delta)).isBetween(0.0, share + 1e-9);
        assertThat(BinomialBounds.upper(hits, trials, delta)).isBetween(share - 1e-9, 1.0);
        assertThat(BinomialBounds.upper(hits, trials, delta))
                .isCloseTo(1 - BinomialBounds.lower(trials - hits, trials, delta), within(1e-9));
    }

    @Property(tries = 200)
    void aSmallerDeltaAndMoreHitsOnlyRaiseTheUpperBound(
            @ForAll @IntRange(min = 2, max = 5000) int trials,
            @ForAll @DoubleRange(min = 0, max = 0.99) double part,
            @ForAll @DoubleRange(min = 0.3, max = 6) double digits) {
        long hits = Math.min(trials - 1, Math.round(part * trials));
        double delta = Math.pow(10, -digits);
        double bound = BinomialBounds.upper(hits, trials, delta);

        assertThat(BinomialBounds.upper(hits, trials, delta / 2)).isGreaterThanOrEqualTo(bound - 1e-11);
        assertThat(BinomialBounds.upper(hits + 1, trials, delta)).isGreaterThanOrEqualTo(bound - 1e-11);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
    void deltaIsAProbabilityThatLeavesSomethingToSay(double delta) {
        assertThatThrownBy(() -> BinomialBounds.upper(0, 1, delta))
                .hasMessage("delta: %s (expected: above 0 and below 1)", delta);
    }

    @Test
    void hitsAreNoMoreThanTrials() {
        assertThatThrownBy(() -> BinomialBounds.lower(3, 2, 0.1)).hasMessage("hits: 3 of 2 trials");
        assertThatThrownBy(() -> BinomialBounds.upper(-1, 2, 0.1)).hasMessage("hits: -1 of 2 trials");
    }
}
