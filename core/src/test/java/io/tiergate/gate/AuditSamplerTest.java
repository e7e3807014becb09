package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditSamplerTest {
    private static final int SAMPLES = 100_000;

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.3, 0.99})
    void theShareDrawnIsTheProbabilityWithinFourStandardDeviations(double probability) {
        double standardDeviation = Math.sqrt(SAMPLES * probability * (1 - probability));

        assertThat((double) drawnAmong(SAMPLES, probability))
                .isBetween(
                        SAMPLES * probability - 4 * standardDeviation, SAMPLES * probability + 4 * standardDeviation);
    }

    @Test
    void probabilityZeroDrawsNothingEvenAtTheLowestNumber() {
        assertThat(new AuditSampler(() -> 0).draws(0)).isFalse();
        assertThat(drawnAmong(SAMPLES, 0)).isZero();
    }

    @Test
    void probabilityOneDrawsEverythingEvenAtTheHighestNumber() {
        assertThat(new AuditSampler(() -> Math.nextDown(1.0)).draws(1)).isTrue();
        assertThat(drawnAmong(SAMPLES, 1)).isEqualTo(SAMPLES);
    }

    @Test
    void aNumberThatEqualsTheProbabilityIsNotDrawn() {
        assertThat(new AuditSampler(() -> 0.25).draws(0.25)).isFalse();
        assertThat(new AuditSampler(() -> Math.nextDown(0.25)).draws(0.25)).isTrue();
    }

    private static int drawnAmong(int samples, double probability) {
        AuditSampler sampler = new AuditSampler(new SplittableRandom(20261120)::nextDouble);
        int drawn = 0;
        for (int i = 0; i < samples; i++) {
            drawn += sampler.draws(probability) ? 1 : 0;
        }
        return drawn;
    }
}
