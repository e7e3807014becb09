package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import java.util.Optional;

/**
 * One escalation as the ledger has it.
 *
 * @param reason why the gate sent it; once parked, rejected, expired or evicted, why that
 * @param verdict set once the state is {@link EscalationState#VERDICT}
 */
public record EscalationRow(
        String id,
        EscalationState state,
        Purpose purpose,
        String model,
        long version,
        int edgeLabelIndex,
        String edgeLabel,
        String reason,
        Optional<DecidedLabel> verdict) {

    /**
     * A final verdict.
     *
     * @param decidedAtMillis by the cloud's clock, since the epoch
     */
    public record DecidedLabel(Verdict.Final details, long decidedAtMillis) {}
}
