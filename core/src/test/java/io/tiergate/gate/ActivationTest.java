package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationTest {
    @Test
    void softmaxSharesOneAmongTheClasses() {
        Distribution distribution = Activation.SOFTMAX.distribution(new double[] {Math.log(8), 0, 0}, 1);

        assertThat(distribution.get(0)).isCloseTo(0.8, within(1e-15));
        assertThat(distribution.get(2)).isCloseTo(0.1, within(1e-15));
    }

    @Test
    void sigmoidGivesEveryClassItsOwnProbability() {
        Distribution distribution = Activation.SIGMOID.distribution(new double[] {0, Math.log(3), -Math.log(3)}, 1);

        assertThat(distribution.get(0)).isEqualTo(0.5);
        assertThat(distribution.get(1)).isCloseTo(0.75, within(1e-15));
        assertThat(distribution.get(2)).isCloseTo(0.25, within(1e-15));
    }

    @Test
    void aSingleSigmoidIsTheProbabilityOfTheSecondLabel() {
        Distribution distribution = Activation.SIGMOID.distribution(new double[] {Math.log(9)}, 2);

        assertThat(distribution.size()).isEqualTo(2);
        assertThat(distribution.get(1)).isCloseTo(0.75, within(1e-15));
        assertThat(distribution.top()).isEqualTo(1);
    }

    @Test
    void aSigmoidOfExtremeLogitsIsJustZeroOrOne() {
        assertThat(Activation.SIGMOID.distribution(new double[] {-1e6, 1e6}, 1)).isEqualTo(Distribution.of(0, 1));
    }

    @Test
    void givenProbabilitiesStayAsTheyAre() {
        assertThat(Activation.NONE.distribution(new double[] {0.25, 0.75}, 1)).isEqualTo(Distribution.of(0.25, 0.75));
    }

    @Test
    void givenProbabilitiesThatRoundingPushedOutOfRangeAreTakenBack() {
        assertThat(Activation.NONE.distribution(new double[] {1.0005, -0.0005}, 1))
                .isEqualTo(Distribution.of(1, 0));
    }

    @Test
    void givenNumbersThatAreNoDistributionAreUnknown() {
        assertUnknown(Activation.NONE, 1.002, -0.002);
        assertUnknown(Activation.NONE, 0.5, 0.498);
        assertUnknown(Activation.NONE, 0.5, 0.502);
        assertUnknown(Activation.NONE, 3, -2);
        assertUnknown(Activation.NONE, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void noOutputIsUnknown(Activation activation) {
        assertUnknown(activation);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void anOutputWithOneNonFiniteNumberIsUnknown(double bad) {
        for (Activation activation : Activation.values()) {
            assertUnknown(activation, bad);
            assertUnknown(activation, bad, 1);
            assertUnknown(activation, 0, bad);
        }
    }

    private static void assertUnknown(Activation activation, double... raw) {
        assertThat(activation.distribution(raw, 1)).isSameAs(Distribution.UNKNOWN);
    }
}
