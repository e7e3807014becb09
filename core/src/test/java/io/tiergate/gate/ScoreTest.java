package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreTest {
    private static final double[] LOGITS = {2.0, -1.0, 0.5, 0.25};

    /** The expected values are those of the gate study's own definitions (NumPy, double precision) on the same logits. */
    @ParameterizedTest
    @CsvSource({
        "MAX_SOFTMAX, 1.0, 0.6912325307415308", "MARGIN, 1.0, 0.5369977054573686",
        "ENTROPY, 1.0, 0.34062963786871236", "ENERGY, 1.0, 2.3692789984482534",
        "MAX_SOFTMAX, 1.038, 0.6772482506759582", "MARGIN, 1.038, 0.5176034753574266",
        "ENTROPY, 1.038, 0.32141110650684546", "ENERGY, 1.038, 2.404526641479561"
    })
    void scoresAreThoseOfTheGateStudy(Score score, double temperature, double expected) {
        assertThat(assess(score, temperature, LOGITS).score()).isCloseTo(expected, within(1e-14));
    }

    /** The logits are logarithms of 8, 1 and 1, so that the probabilities are 0.8, 0.1 and 0.1. */
    @Test
    void scoresCanBeWorkedOutByHand() {
        double[] logits = {Math.log(8), 0, 0};
        double entropyNats = -0.8 * Math.log(0.8) - 0.2 * Math.log(0.1);

        assertThat(assess(Score.MAX_SOFTMAX, 1, logits).score()).isCloseTo(0.8, within(1e-15));
        assertThat(assess(Score.MARGIN, 1, logits).score()).isCloseTo(0.7, within(1e-15));
        assertThat(assess(Score.ENTROPY, 1, logits).score()).isCloseTo(1 - entropyNats / Math.log(3), within(1e-15));
        assertThat(assess(Score.ENERGY, 1, logits).score()).isCloseTo(Math.log(10), within(1e-15));
    }

    @Test
    void aTemperatureOfTwoTakesTheRootOfEveryOdds() {
        double[] logits = {Math.log(9), 0};

        assertThat(assess(Score.MAX_SOFTMAX, 2, logits).score()).isCloseTo(0.75, within(1e-15));
    }

    @Test
    void energyIsTakenWithTheTemperature() {
        double[] logits = {Math.log(9), 0};

        assertThat(assess(Score.ENERGY, 2, logits).score()).isCloseTo(2 * Math.log(4), within(1e-15));
    }

    @Test
    void aTieHasNoMarginAndGoesToTheLowestClass() {
        Assessment tie = assess(Score.MARGIN, 1, 1, 3, 3, 0);

        assertThat(tie.score()).isZero();
        assertThat(tie.top()).isEqualTo(1);
    }

    @Test
    void completeIgnoranceHasAnEntropyScoreOfZeroAndNoLess() {
        for (int classes = 2; classes <= 1000; classes++) {
            assertThat(assess(Score.ENTROPY, 1, new double[classes]).score()).isBetween(0.0, 1e-12);
        }
    }

    @Test
    void certaintyHasTheHighestScoreAndFailsNoMathematics() {
        for (Score score : new Score[] {Score.MAX_SOFTMAX, Score.MARGIN, Score.ENTROPY}) {
            Confidence given = new Confidence(score, 1, Activation.NONE);

            assertThat(given.assess(new double[] {0, 1, 0})).isEqualTo(new Assessment(1, Distribution.of(0, 1, 0)));
        }
    }

    @Test
    void logitsAsLargeAsAFloatGetsOverflowNothing() {
        double[] extreme = {Float.MAX_VALUE, -Float.MAX_VALUE, 0};

        assertThat(assess(Score.MAX_SOFTMAX, 1, extreme).score()).isEqualTo(1);
        assertThat(assess(Score.MARGIN, 1, extreme).score()).isEqualTo(1);
        assertThat(assess(Score.ENTROPY, 1, extreme).score()).isEqualTo(1);
        assertThat(assess(Score.ENERGY, 1, extreme).score()).isEqualTo(Float.MAX_VALUE);
        assertThat(assess(Score.MARGIN, 1, -Float.MAX_VALUE, -Float.MAX_VALUE).score())
                .isZero();
    }

    @Test
    void energyBeyondTheRangeOfDoublesIsUnusable() {
        assertThat(assess(Score.ENERGY, 1e-300, 1e300, 0)).isSameAs(Assessment.UNUSABLE);
    }

    private static Assessment assess(Score score, double temperature, double... logits) {
        return new Confidence(score, temperature, Activation.SOFTMAX).assess(logits);
    }
}
