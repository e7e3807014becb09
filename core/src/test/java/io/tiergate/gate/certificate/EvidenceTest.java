package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceTest {
    private static final double NEVER = Double.NEGATIVE_INFINITY;

    /** Scores -∞ (wrong), 0.2 (right), 0.5 (wrong), 0.5 (right), 0.5 (wrong), 0.9 (right). */
    private final Evidence evidence = Evidence.of(
            new double[] {0.5, 0.9, NEVER, 0.5, 0.2, 0.5}, new boolean[] {true, false, true, false, false, true});

    @ParameterizedTest
    @CsvSource({"0.1, 5, 2", "0.2, 5, 2", "0.3, 4, 2", "0.5, 4, 2", "0.6, 1, 0", "0.9, 1, 0", "0.95, 0, 0"})
    void acceptsWhatIsAtOrAboveTheThresholdTiesIncluded(double threshold, int count, int errors) {
        assertThat(evidence.accepted(threshold)).isEqualTo(new Evidence.Accepted(count, errors, 6));
    }

    @Test
    void noThresholdAcceptsWhatMustNotBe() {
        assertThat(evidence.accepted(-Double.MAX_VALUE).count()).isEqualTo(5);
        assertThat(evidence.finiteScores()).containsExactly(0.2, 0.5, 0.5, 0.5, 0.9);
    }

    @Test
    void acceptsNothingAtANumberThatIsNone() {
        assertThat(evidence.accepted(Double.NaN).count()).isZero();
        assertThat(evidence.accepted(Double.POSITIVE_INFINITY).count()).isZero();
    }

    @Test
    void countsBothZerosAsTheSameAsTheGateDoes() {
        Evidence zeros = Evidence.of(new double[] {-0.0, 0.0, 1}, new boolean[] {true, false, false});

        assertThat(zeros.accepted(0.0)).isEqualTo(new Evidence.Accepted(3, 1, 3));
        assertThat(zeros.accepted(-0.0)).isEqualTo(new Evidence.Accepted(3, 1, 3));
        assertThat(Evidence.of(new double[] {-0.0}, new boolean[1])
                        .accepted(0.0)
                        .count())
                .isEqualTo(1);
    }

    @Test
    void sharesOfNothingAreZeroAndTheBoundOfNothingIsOne() {
        Evidence.Accepted none = Evidence.of(new double[0], new boolean[0]).accepted(0);

        assertThat(none.coverage()).isZero();
        assertThat(none.risk()).isZero();
        assertThat(none.riskBound(0.01)).isEqualTo(1);
    }

    @Test
    void tellsCoverageRiskAndItsBound() {
        Evidence.Accepted accepted = new Evidence.Accepted(20, 2, 40);

        assertThat(accepted.coverage()).isEqualTo(0.5);
        assertThat(accepted.risk()).isEqualTo(0.1);
        assertThat(accepted.riskBound(0.05)).isEqualTo(BinomialBounds.upper(2, 20, 0.05));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void everyScoreIsANumberOrBelowAll(double score) {
        assertThatThrownBy(() -> Evidence.of(new double[] {score}, new boolean[1]))
                .hasMessage("score: %s (expected: a finite number)", score);
    }

    @Test
    void everyScoreHasAnOutcome() {
        assertThatThrownBy(() -> Evidence.of(new double[2], new boolean[1]))
                .hasMessage("2 scores, but 1 outcomes (expected: as many)");
    }
}
