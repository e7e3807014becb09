package io.tiergate.cloud.review.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class KappaTest {
    @Test
    void isAgreementBeyondChance() {
        // Observed 35 of 50; expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
        assertThat(Kappa.of(List.of(pair("y", "y", 20), pair("y", "n", 5), pair("n", "y", 10), pair("n", "n", 15)))
                        .getAsDouble())
                .isEqualTo(0.4, within(1e-12));
    }

    @Test
    void isOneForTwoWhoAlwaysAgreeAndBelowZeroForTwoWhoNeverDo() {
        assertThat(Kappa.of(List.of(pair("a", "a", 2), pair("b", "b", 1)))).hasValue(1);
        assertThat(Kappa.of(List.of(pair("a", "b", 1), pair("b", "a", 1)))).hasValue(-1);
    }

    @Test
    void isUndefinedWithoutSamplesAndWhereThereIsOneLabelOnly() {
        assertThat(Kappa.of(List.of())).isEmpty();
        assertThat(Kappa.of(List.of(pair("a", "a", 7)))).isEmpty();
    }

    private static Kappa.Pair pair(String first, String second, long samples) {
        return new Kappa.Pair(first, second, samples);
    }
}
