package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfidenceTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aTemperatureMustBeAboveZeroAndFinite(double temperature) {
        assertThatThrownBy(() -> new Confidence(Score.Formula.MARGIN, temperature, Activation.SOFTMAX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("temperature: %s (expected: a number above 0; 1.0 changes nothing)", temperature);
    }

    @Test
    void theUnusableHasNoTopClassAndScoreZero() {
        assertThat(Assessment.UNUSABLE.top()).isEqualTo(-1);
        assertThat(Assessment.UNUSABLE.score()).isZero();
    }
}
