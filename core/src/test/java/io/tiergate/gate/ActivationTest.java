package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ActivationTest {
    @Test
    void softmaxSharesOneAmongTheClasses() {
        Reading reading = read(Activation.SOFTMAX, 1, Math.log(8), 0, 0);

        assertThat(reading.probability(0)).isCloseTo(0.8, within(1e-15));
        assertThat(reading.probability(2)).isCloseTo(0.1, within(1e-15));
    }

    @Test
    void sigmoidGivesEveryClassItsOwnProbability() {
        Reading reading = read(Activation.SIGMOID, 1, 0, Math.log(3), -Math.log(3));

        assertThat(reading.probability(0)).isEqualTo(0.5);
        assertThat(reading.probability(1)).isCloseTo(0.75, within(1e-15));
        assertThat(reading.probability(2)).isCloseTo(0.25, within(1e-15));
    }

    @Test
    void aSingleSigmoidIsTheProbabilityOfTheSecondLabel() {
        Reading reading = read(Activation.SIGMOID, 2, Math.log(9));

        assertThat(reading.classes()).isEqualTo(2);
        assertThat(reading.probability(1)).isCloseTo(0.75, within(1e-15));
        assertThat(reading.top()).isEqualTo(1);
    }

    @Test
    void aSigmoidOfExtremeLogitsIsJustZeroOrOne() {
        assertThat(read(Activation.SIGMOID, 1, -1e6, 1e6).distribution()).isEqualTo(Distribution.of(0, 1));
    }

    @Test
    void givenProbabilitiesStayAsTheyAre() {
        assertThat(read(Activation.NONE, 1, 0.25, 0.75).distribution()).isEqualTo(Distribution.of(0.25, 0.75));
    }

    @Test
    void givenProbabilitiesThatRoundingPushedOutOfRangeAreTakenBack() {
        assertThat(read(Activation.NONE, 1, 1.00009, -0.00009).distribution()).isEqualTo(Distribution.of(1, 0));
    }

    @Test
    void givenNumbersOutsideOfZeroToOneAreNoProbabilities() {
        assertThat(read(Activation.NONE, 1, 1.00011, -0.00009).usability()).isEqualTo(Usability.NOT_PROBABILITIES);
        assertThat(read(Activation.NONE, 1, 1.00009, -0.00011).usability()).isEqualTo(Usability.NOT_PROBABILITIES);
    }

    @Test
    void givenNumbersWithAnotherSumThanOneAreNoProbabilities() {
        assertThat(read(Activation.NONE, 1, 0.5, 0.49991).usability()).isEqualTo(Usability.USABLE);
        assertThat(read(Activation.NONE, 1, 0.5, 0.49989).usability()).isEqualTo(Usability.NOT_PROBABILITIES);
        assertThat(read(Activation.NONE, 1, 0.5, 0.50009).usability()).isEqualTo(Usability.USABLE);
        assertThat(read(Activation.NONE, 1, 0.5, 0.50011).usability()).isEqualTo(Usability.NOT_PROBABILITIES);
        assertThat(read(Activation.NONE, 1, 0, 0, 0).usability()).isEqualTo(Usability.NOT_PROBABILITIES);
    }

    private static Reading read(Activation activation, double temperature, double... values) {
        Reading reading = Reading.of(values);
        reading.activate(activation, temperature, activation.classes(values.length));
        return reading;
    }
}
