package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.cli.gate.LedgerHistory.Sent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryEstimateTest {
    private static Sent audited(double score, boolean contradicted) {
        return new Sent("margin", score, "confident", true, 0.1, Optional.of(contradicted));
    }

    private static Sent escalated(double score, String reason, Optional<Boolean> contradicted) {
        return new Sent("margin", score, reason, false, 1, contradicted);
    }

    /** Audits stand for ten samples each, escalated ones for themselves. */
    private static final List<Sent> HISTORY = List.of(
            audited(0.9, false),
            audited(0.8, true),
            escalated(0.6, "below-threshold", Optional.of(true)),
            escalated(0.5, "below-threshold", Optional.empty()),
            escalated(0.95, "check:energy", Optional.of(false)),
            escalated(0, "non-finite-output", Optional.of(true)));

    @Test
    void aStricterThresholdEscalatesWhatTheAuditsBelowItStandFor() {
        HistoryEstimate estimate = HistoryEstimate.of(HISTORY, 0.85);

        assertThat(estimate.samples()).isCloseTo(24, within(1e-9));
        assertThat(estimate.escalated()).isCloseTo(14, within(1e-9));
        assertThat(estimate.disagreement()).isZero();
        assertThat(estimate.audits()).isEqualTo(2);
    }

    @Test
    void aLaxerThresholdAcceptsWhatWasEscalatedForItsScoreAndNothingElse() {
        HistoryEstimate estimate = HistoryEstimate.of(HISTORY, 0.5);

        assertThat(estimate.escalated()).isCloseTo(2, within(1e-9));
        // Behind a verdict: two audits, and one that was escalated; of the other nobody knows.
        assertThat(estimate.judged()).isCloseTo(21, within(1e-9));
        assertThat(estimate.disagreement()).isCloseTo(11 / 21.0, within(1e-9));
    }

    @Test
    void whereNothingIsAcceptedThereIsNoDisagreement() {
        HistoryEstimate estimate = HistoryEstimate.of(HISTORY, Double.POSITIVE_INFINITY);

        assertThat(estimate.escalationRate()).isEqualTo(1);
        assertThat(estimate.disagreement()).isNaN();
    }
}
