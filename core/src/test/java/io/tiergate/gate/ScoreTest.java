package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
    void scoresAreThoseOfTheGateStudy(Score.Formula score, double temperature, double expected) {
        assertThat(assess(score, temperature, LOGITS).score()).isCloseTo(expected, within(1e-14));
    }

    /** Logits ln 6, ln 3 and ln 1 are odds of 6 : 3 : 1, so the probabilities are 0.6, 0.3 and 0.1. */
    @Test
    void maxSoftmaxIsTheTopClassesShare() {
        assertThat(odds(Score.Formula.MAX_SOFTMAX, 6, 3, 1)).isCloseTo(0.6, within(1e-15));
    }

    /** 0.6 less 0.3, wherever they stand. */
    @Test
    void marginIsTheTopClassesShareLessTheNexts() {
        assertThat(odds(Score.Formula.MARGIN, 6, 3, 1)).isCloseTo(0.3, within(1e-15));
        assertThat(odds(Score.Formula.MARGIN, 1, 6, 3)).isCloseTo(0.3, within(1e-15));
        assertThat(odds(Score.Formula.MARGIN, 3, 1, 6)).isCloseTo(0.3, within(1e-15));
    }

    /**
     * Probabilities 1/2, 1/4, 1/8 and 1/8 have an entropy of 1/2 * 1 + 1/4 * 2 + 1/8 * 3 + 1/8 * 3 = 1.75 bits, and four classes at most 2:
     * 1 - 1.75 / 2 = 0.125.
     */
    @Test
    void entropyIsOneLessItsShareOfTheLargest() {
        assertThat(odds(Score.Formula.ENTROPY, 4, 2, 1, 1)).isCloseTo(0.125, within(1e-15));
    }

    /** Odds of 6 : 3 : 1 sum to 10. At temperature 2 those of 9 : 1 become 3 : 1, which sum to 4: twice ln 4. */
    @Test
    void energyIsTheLogarithmOfTheOddsSum() {
        assertThat(odds(Score.Formula.ENERGY, 6, 3, 1)).isCloseTo(Math.log(10), within(1e-15));
        assertThat(assess(Score.Formula.ENERGY, 2, Math.log(9), 0).score()).isCloseTo(2 * Math.log(4), within(1e-15));
    }

    /** Odds of 3 : 1 for the second of two classes: 0.75, a margin of 0.5; at temperature 2 odds of 9 : 1 come to the same. */
    @Test
    void aSingleSigmoidIsScoredAsTwoClasses() {
        Reading reading = Reading.of(Math.log(9));
        new Confidence(Score.Formula.MARGIN, 2, Activation.SIGMOID).read(reading, 2);

        assertThat(reading.score()).isCloseTo(0.5, within(1e-15));
        assertThat(reading.top()).isEqualTo(1);
    }

    /** Sigmoids of -ln 4, 0 and ln 4 are 1/5, 1/2 and 4/5: the margin is 0.3. */
    @Test
    void sigmoidsOfSeveralClassesAreScoredAsTheyAre() {
        Reading reading = Reading.of(-Math.log(4), 0, Math.log(4));
        new Confidence(Score.Formula.MARGIN, 1, Activation.SIGMOID).read(reading, 3);

        assertThat(reading.score()).isCloseTo(0.3, within(1e-15));
    }

    /** 0.7 less 0.2, and no temperature. */
    @Test
    void givenProbabilitiesAreScoredAsTheyAre() {
        Reading reading = Reading.of(0.2, 0.7, 0.1);
        new Confidence(Score.Formula.MARGIN, 1, Activation.NONE).read(reading, 3);

        assertThat(reading.score()).isCloseTo(0.5, within(1e-15));
    }

    @Test
    void theModelsOwnMeasureIsTakenAsItIs() {
        Reading reading = Reading.of(1, 2, 3);
        reading.ownScore(-17.25);
        new Confidence(new Score.Output("sure"), 3, Activation.SOFTMAX).read(reading, 3);

        assertThat(reading.score()).isEqualTo(-17.25);
        assertThat(reading.top()).isEqualTo(2);
    }

    @Test
    void everyScoreIsFoundByItsName() {
        for (Score score : Score.Formula.values()) {
            assertThat(Score.of(score.word())).contains(score);
            assertThat(score.requiredOutput()).isEmpty();
        }
        assertThat(Score.of("output:sure")).contains(new Score.Output("sure"));
        assertThat(new Score.Output("sure").word()).isEqualTo("output:sure");
        assertThat(new Score.Output("sure").requiredOutput()).contains("sure");
        assertThat(Score.of("output:")).isEmpty();
        assertThat(Score.of("MARGIN")).isEmpty();
    }

    @Test
    void aTemperatureOfTwoTakesTheRootOfEveryOdds() {
        double[] logits = {Math.log(9), 0};

        assertThat(assess(Score.Formula.MAX_SOFTMAX, 2, logits).score()).isCloseTo(0.75, within(1e-15));
    }

    @Test
    void aTieHasNoMarginAndGoesToTheLowestClass() {
        Assessment tie = assess(Score.Formula.MARGIN, 1, 1, 3, 3, 0);

        assertThat(tie.score()).isZero();
        assertThat(tie.top()).isEqualTo(1);
    }

    @Test
    void completeIgnoranceHasAnEntropyScoreOfZeroAndNoLess() {
        for (int classes = 2; classes <= 1000; classes++) {
            assertThat(assess(Score.Formula.ENTROPY, 1, new double[classes]).score())
                    .isBetween(0.0, 1e-12);
        }
    }

    @Test
    void certaintyHasTheHighestScoreAndFailsNoMathematics() {
        for (Score score : new Score[] {Score.Formula.MAX_SOFTMAX, Score.Formula.MARGIN, Score.Formula.ENTROPY}) {
            Reading reading = Reading.of(0, 1, 0);
            new Confidence(score, 1, Activation.NONE).read(reading, 3);

            assertThat(reading.toAssessment()).isEqualTo(new Assessment(1, Distribution.of(0, 1, 0)));
        }
    }

    @Test
    void logitsAsLargeAsAFloatGetsOverflowNothing() {
        double[] extreme = {Float.MAX_VALUE, -Float.MAX_VALUE, 0};

        assertThat(assess(Score.Formula.MAX_SOFTMAX, 1, extreme).score()).isEqualTo(1);
        assertThat(assess(Score.Formula.MARGIN, 1, extreme).score()).isEqualTo(1);
        assertThat(assess(Score.Formula.ENTROPY, 1, extreme).score()).isEqualTo(1);
        assertThat(assess(Score.Formula.ENERGY, 1, extreme).score()).isEqualTo(Float.MAX_VALUE);
        assertThat(assess(Score.Formula.MARGIN, 1, -Float.MAX_VALUE, -Float.MAX_VALUE)
                        .score())
                .isZero();
    }

    @Test
    void energyBeyondTheRangeOfDoublesIsUnusable() {
        assertThat(assess(Score.Formula.ENERGY, 1e-300, 1e300, 0)).isSameAs(Assessment.UNUSABLE);
    }

    private static double odds(Score score, double... odds) {
        return assess(score, 1, Arrays.stream(odds).map(Math::log).toArray()).score();
    }

    private static Assessment assess(Score score, double temperature, double... logits) {
        Reading reading = Reading.of(logits);
        new Confidence(score, temperature, Activation.SOFTMAX).read(reading, logits.length);
        return reading.toAssessment();
    }
}
