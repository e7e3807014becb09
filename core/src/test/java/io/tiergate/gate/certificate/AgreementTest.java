package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {
    /** 1.6448536 standard deviations are 95 %; the standard error is sqrt((171 + 80 - 2 * 65 + 1) / (171 * 80)). */
    @Test
    void boundsTheRatioOfPairedShares() {
        Agreement agreement = new Agreement(7220, 171, 80, 65);
        double error = Math.sqrt(122 / (171.0 * 80));

        assertThat(agreement.ratio()).isEqualTo(80 / 171.0);
        assertThat(agreement.lowerRatio(0.05)).isCloseTo(80 / 171.0 * Math.exp(-1.6448536 * error), within(1e-7));
        assertThat(agreement.upperRatio(0.05)).isCloseTo(80 / 171.0 * Math.exp(1.6448536 * error), within(1e-7));
    }

    @Test
    void countsThatAreZeroBoundNothing() {
        assertThat(new Agreement(100, 0, 3, 0).ratio()).isNaN();
        assertThat(new Agreement(100, 0, 3, 0).lowerRatio(0.05)).isZero();
        assertThat(new Agreement(100, 0, 3, 0).upperRatio(0.05)).isInfinite();
        assertThat(new Agreement(100, 3, 0, 0).ratio()).isZero();
        assertThat(new Agreement(100, 3, 0, 0).lowerRatio(0.05)).isZero();
        assertThat(new Agreement(100, 3, 0, 0).upperRatio(0.05)).isInfinite();
    }

    @Test
    void oneErrorThatWasSeenDoesNotProveThatAllAre() {
        assertThat(new Agreement(100, 1, 1, 1).lowerRatio(0.05)).isLessThan(0.3);
        assertThat(new Agreement(100, 1, 1, 1).upperRatio(0.05)).isGreaterThan(3);
    }

    /** Twice what is promised at most, for "roughly"; without the one that is added to the discordant ones it is half of all. */
    @ParameterizedTest
    @CsvSource({"200, 0.03, 0.4, 0.003", "300, 0.02, 0.9, 0", "1000, 0.02, 0.7, 0.001", "7000, 0.024, 0.38, 0.002"})
    void theLowerBoundIsRarelyTooHigh(int accepted, double risk, double seen, double falseAlarms) {
        SplittableRandom random = new SplittableRandom(11);
        double truth = seen + falseAlarms * (1 - risk) / risk;
        int tooHigh = 0;
        for (int repetition = 0; repetition < 1000; repetition++) {
            int errors = 0;
            int both = 0;
            int disagreements = 0;
            for (int i = 0; i < accepted; i++) {
                boolean wrong = random.nextDouble() < risk;
                boolean disagrees = random.nextDouble() < (wrong ? seen : falseAlarms);
                errors += wrong ? 1 : 0;
                disagreements += disagrees ? 1 : 0;
                both += wrong && disagrees ? 1 : 0;
            }
            tooHigh += new Agreement(accepted, errors, disagreements, both).lowerRatio(0.05) > truth ? 1 : 0;
        }
        assertThat(tooHigh).isLessThan(100);
    }

    @Property
    void theBoundsEncloseTheRatio(
            @ForAll @IntRange(min = 0, max = 50) int missed,
            @ForAll @IntRange(min = 0, max = 50) int both,
            @ForAll @IntRange(min = 0, max = 50) int falseAlarms) {
        Agreement agreement = new Agreement(200, missed + both, both + falseAlarms, both);
        if (missed + both > 0) {
            assertThat(agreement.lowerRatio(0.05)).isLessThanOrEqualTo(agreement.ratio());
            assertThat(agreement.upperRatio(0.05)).isGreaterThanOrEqualTo(agreement.ratio());
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 2, 3, 4", "10, 2, 3, -1", "4, 3, 3, 1"})
    void countsThatContradictEachOtherAreRefused(int accepted, int errors, int disagreements, int both) {
        assertThatThrownBy(() -> new Agreement(accepted, errors, disagreements, both))
                .hasMessageStartingWith("agreement: ");
    }
}
