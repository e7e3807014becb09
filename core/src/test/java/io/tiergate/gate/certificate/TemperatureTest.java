package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureTest {
    private static final int CLASSES = 5;

    @ParameterizedTest
    @ValueSource(doubles = {0.4, 1, 2.5})
    void recoversTheTemperatureThatMadeTheLabels(double temperature) {
        Random random = new Random(7);
        double[][] logits = new double[20_000][CLASSES];
        int[] labels = new int[logits.length];
        for (int i = 0; i < logits.length; i++) {
            for (int c = 0; c < CLASSES; c++) {
                logits[i][c] = 2 * random.nextGaussian();
            }
            labels[i] = draw(logits[i], temperature, random.nextDouble());
        }

        assertThat(Temperature.fit(logits, labels)).isCloseTo(temperature, within(0.05 * temperature));
    }

    private static int draw(double[] logits, double temperature, double uniform) {
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / temperature);
        }
        double left = uniform * sum;
        for (int c = 0; c < CLASSES - 1; c++) {
            left -= Math.exp(logits[c] / temperature);
            if (left < 0) {
                return c;
            }
        }
        return CLASSES - 1;
    }

    /** Two samples of two classes, worked by hand: log(1 + e^-1) and log(1 + e^1). */
    @Test
    void theLikelihoodIsTheSoftmaxs() {
        double[][] logits = {{2, 0}, {2, 0}};

        assertThat(Temperature.negativeLogLikelihood(logits, new int[] {0, 1}, 2))
                .isCloseTo((Math.log1p(Math.exp(-1)) + Math.log1p(Math.exp(1))) / 2, within(1e-12));
    }

    @Test
    void staysInItsRangeWhereTheLabelsAskForMore() {
        double[][] logits = {{1, 0}, {0, 1}};

        assertThat(Temperature.fit(logits, new int[] {0, 1})).isCloseTo(Math.exp(-2), within(1e-3));
        assertThat(Temperature.fit(logits, new int[] {1, 0})).isCloseTo(Math.exp(2), within(1e-2));
    }

    @Test
    void largeLogitsDoNotOverflow() {
        double[][] logits = {{5000, 0}, {0, 5000}, {5000, 0}};

        assertThat(Temperature.fit(logits, new int[] {0, 1, 1})).isBetween(Math.exp(-2) - 1e-9, Math.exp(2) + 1e-9);
    }

    @Test
    void changesNothingWhereThereIsNothingToLearnFrom() {
        assertThat(Temperature.fit(new double[0][], new int[0])).isEqualTo(1);
    }
}
