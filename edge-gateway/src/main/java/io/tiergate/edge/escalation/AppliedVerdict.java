package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.util.Optional;

/**
 * A verdict that changed something in the ledger.
 *
 * @param sample what was escalated, without its tensors
 * @param before what was known of it, if it was parked or decided already
 */
public record AppliedVerdict(Verdict verdict, EscalatedSample sample, Optional<Verdict> before) {
    /** Whether the edge was told to be right. */
    public boolean agrees() {
        return verdict.hasFinal()
                && verdict.getFinal().getLabel().equals(sample.getPrediction().getLabel());
    }
}
