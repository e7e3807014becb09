package io.tiergate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void aShareOfNothingIsZero() {
        assertThat(Figures.percent(0, 0)).isEqualTo("0.0 %");
        assertThat(Figures.percent(1, 3)).isEqualTo("33.3 %");
    }

    @Test
    void shortTimesHaveAFractionAndLongOnesHaveNone() {
        assertThat(Figures.milliseconds(0.62)).isEqualTo("0.6 ms");
        assertThat(Figures.milliseconds(46.4)).isEqualTo("46 ms");
    }

    @Test
    void twoSizesShareTheUnitOfTheLarger() {
        assertThat(Figures.bytes(90_000, "of", 10_499_250)).isEqualTo("0.1 of 10.5 MB");
        assertThat(Figures.bytes(5_000_000, "instead of", 400_000)).isEqualTo("5.0 instead of 0.4 MB");
        assertThat(Figures.bytes(6_700, "of", 67_000)).isEqualTo("6.7 of 67.0 kB");
    }
}
