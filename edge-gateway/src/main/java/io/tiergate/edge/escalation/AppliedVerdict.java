package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.Verdict;

/**
 * A verdict that changed something in the ledger.
 *
 * @param edgeLabel what the edge had answered; empty if its output could not be read
 */
public record AppliedVerdict(Verdict verdict, String edgeLabel) {
    /** Whether the edge was told to be right. */
    public boolean agrees() {
        return verdict.hasFinal() && verdict.getFinal().getLabel().equals(edgeLabel);
    }
}
