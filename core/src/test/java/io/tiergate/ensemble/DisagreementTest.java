package io.tiergate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.Distribution;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisagreementTest {
    @Test
    void membersThatSayTheSameDoNotDisagree() {
        Distribution same = Distribution.of(0.7, 0.2, 0.1);

        Disagreement disagreement = Disagreement.of(same, List.of(same, same, same));

        assertThat(disagreement.entropy()).isEqualTo(same.entropy());
        assertThat(disagreement.voteEntropy()).isCloseTo(0, within(1e-15));
        assertThat(disagreement.mutualInformation()).isBetween(0.0, 1e-15);
        assertThat(disagreement.unanimous()).isTrue();
    }

    @Test
    void membersThatAreEachSureOfAnotherClassDisagreeAltogether() {
        List<Distribution> members = List.of(Distribution.of(1, 0), Distribution.of(0, 1));

        Disagreement disagreement = Disagreement.of(Distribution.of(0.5, 0.5), members);

        assertThat(disagreement.entropy()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(disagreement.voteEntropy()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(disagreement.mutualInformation()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(disagreement.unanimous()).isFalse();
    }

    @Test
    void doubtThatAllShareIsEntropyButNoDisagreement() {
        Distribution unsure = Distribution.of(0.5, 0.5);

        Disagreement disagreement = Disagreement.of(unsure, List.of(unsure, unsure));

        assertThat(disagreement.entropy()).isCloseTo(Math.log(2), within(1e-15));
        assertThat(disagreement.voteEntropy()).isZero();
        assertThat(disagreement.mutualInformation()).isZero();
        assertThat(disagreement.unanimous()).isTrue();
    }

    @Test
    void voteEntropyIsThatOfTheSharesOfTopClasses() {
        List<Distribution> members =
                List.of(Distribution.of(0.6, 0.4), Distribution.of(0.9, 0.1), Distribution.of(0.4, 0.6));
        double expected = -2.0 / 3 * Math.log(2.0 / 3) - 1.0 / 3 * Math.log(1.0 / 3);

        assertThat(Disagreement.of(Distribution.of(0.6, 0.4), members).voteEntropy())
                .isCloseTo(expected, within(1e-12));
    }
}
