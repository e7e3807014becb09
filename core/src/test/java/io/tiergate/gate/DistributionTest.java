package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void theTopClassIsTheLowestOfThoseThatShareTheMaximum() {
        assertThat(Distribution.of(0.2, 0.4, 0.4).top()).isEqualTo(1);
        assertThat(Distribution.of(0.5, 0.5).top()).isZero();
        assertThat(Distribution.of(0.1, 0.2, 0.7).top()).isEqualTo(2);
    }

    @Test
    void nothingIsKnownOfTheUnknown() {
        assertThat(Distribution.of()).isSameAs(Distribution.UNKNOWN);
        assertThat(Distribution.UNKNOWN.isKnown()).isFalse();
        assertThat(Distribution.UNKNOWN.size()).isZero();
        assertThat(Distribution.UNKNOWN.top()).isEqualTo(-1);
        assertThat(Distribution.UNKNOWN.entropy()).isZero();
        assertThat(Distribution.UNKNOWN.toFloats()).isEmpty();
    }

    @Test
    void entropyIsInNatsAndAnImpossibleClassAddsNothing() {
        assertThat(Distribution.of(0.5, 0.5).entropy()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(Distribution.of(0.5, 0.5, 0).entropy()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(Distribution.of(1, 0).entropy()).isZero();
    }

    @Test
    void aDistributionIsNotChangedThroughTheArrayItWasMadeFrom() {
        double[] values = {0.5, 0.5};
        Distribution distribution = Distribution.of(values);
        values[0] = 1;

        assertThat(distribution).isEqualTo(Distribution.of(0.5, 0.5)).hasSameHashCodeAs(Distribution.of(0.5, 0.5));
        assertThat(distribution).isNotEqualTo(Distribution.of(values)).hasToString("[0.5, 0.5]");
        assertThat(distribution.toFloats()).containsExactly(0.5f, 0.5f);
    }
}
