package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    private final Quantiles plain = new Quantiles(List.of(0.0, 1.0, 4.0));
    /** A quarter below 1, half at 1, a quarter above. */
    private final Quantiles tied = new Quantiles(List.of(0.0, 1.0, 1.0, 1.0, 2.0));

    @Test
    void interpolates() {
        assertThat(plain.at(0.25)).isEqualTo(0.5);
        assertThat(plain.at(0.75)).isEqualTo(2.5);
        assertThat(plain.below(0.5)).isEqualTo(0.25);
        assertThat(plain.below(2.5)).isEqualTo(0.75);
    }

    @Test
    void endsAtItsEnds() {
        assertThat(plain.at(0)).isZero();
        assertThat(plain.at(1)).isEqualTo(4);
        assertThat(plain.at(-1)).isZero();
        assertThat(plain.at(2)).isEqualTo(4);
        assertThat(plain.below(-1)).isZero();
        assertThat(plain.below(0)).isZero();
        assertThat(plain.below(4)).isEqualTo(1);
        assertThat(plain.below(5)).isEqualTo(1);
    }

    @Test
    void whatIsTiedIsNotBelow() {
        assertThat(tied.below(1)).isEqualTo(0.25);
        assertThat(tied.below(Math.nextUp(1.0))).isCloseTo(0.75, within(1e-9));
        assertThat(tied.at(0.5)).isEqualTo(1);
    }

    @Test
    void oneScoreForAllIsAReferenceToo() {
        Quantiles same = Quantiles.of(new double[] {0.7});

        assertThat(same.at(0.3)).isEqualTo(0.7);
        assertThat(same.below(0.7)).isZero();
        assertThat(same.below(0.8)).isEqualTo(1);
    }

    @Test
    void sumsUpManyScores() {
        Quantiles uniform = Quantiles.of(
                IntStream.rangeClosed(0, 10_000).mapToDouble(i -> i / 10_000.0).toArray());

        assertThat(uniform.values()).hasSize(201);
        assertThat(uniform.at(0.123)).isCloseTo(0.123, within(1e-4));
        assertThat(uniform.below(0.877)).isCloseTo(0.877, within(1e-4));
    }

    @Property
    void oneIsTheOthersInverse(
            @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = -5, max = 5) Double> scores,
            @ForAll @DoubleRange(min = 0, max = 1) double part) {
        Quantiles quantiles = new Quantiles(scores.stream().sorted().toList());
        double low = quantiles.at(0);
        double score = low + part * (quantiles.at(1) - low);

        assertThat(quantiles.at(quantiles.below(score))).isCloseTo(score, within(1e-9));
        assertThat(quantiles.below(quantiles.at(part))).isLessThanOrEqualTo(part + 1e-9);
    }

    @Test
    void whatIsNoReferenceIsRefused() {
        assertThatThrownBy(() -> new Quantiles(List.of(1.0))).hasMessage("quantiles: 1 (expected: at least 2)");
        assertThatThrownBy(() -> new Quantiles(List.of(2.0, 1.0)))
                .hasMessage("quantiles: 1.0 at 1 (expected: finite numbers in ascending order)");
        assertThatThrownBy(() -> new Quantiles(List.of(Double.NaN, 1.0)))
                .hasMessage("quantiles: NaN at 0 (expected: finite numbers in ascending order)");
        assertThatThrownBy(() -> Quantiles.of(new double[0]))
                .hasMessage("scores: none (expected: at least one). No answer of the model could be read.");
        assertThatThrownBy(() -> Quantiles.of(new double[] {1, Double.NaN}))
                .hasMessageContaining("expected: finite numbers");
    }
}
