package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfidenceTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aTemperatureMustBeAboveZeroAndFinite(double temperature) {
        assertThatThrownBy(() -> new Confidence(Score.MARGIN, temperature, Activation.SOFTMAX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("temperature: %s (expected: a number above 0; 1.0 changes nothing)", temperature);
    }

    @ParameterizedTest
    @EnumSource
    void anOutputThatCannotBeReadIsUnusableWhateverTheScore(Score score) {
        Confidence confidence = new Confidence(score, 1, Activation.SOFTMAX);

        assertThat(confidence.assess(new double[0])).isSameAs(Assessment.UNUSABLE);
        assertThat(confidence.assess(new double[] {1, Double.NaN})).isSameAs(Assessment.UNUSABLE);
        assertThat(confidence.assess(new double[] {1, Double.POSITIVE_INFINITY}))
                .isSameAs(Assessment.UNUSABLE);
    }

    @Test
    void oneClassAloneIsNothingToBeSureOf() {
        assertThat(new Confidence(Score.MARGIN, 1, Activation.SOFTMAX).assess(new double[] {3}))
                .isSameAs(Assessment.UNUSABLE);
    }

    @Test
    void theUnusableHasNoTopClassAndScoreZero() {
        assertThat(Assessment.UNUSABLE.isUsable()).isFalse();
        assertThat(Assessment.UNUSABLE.top()).isEqualTo(-1);
        assertThat(Assessment.UNUSABLE.score()).isZero();
    }
}
