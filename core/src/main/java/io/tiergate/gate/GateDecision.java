package io.tiergate.gate;

/** What the gate says of one sample. */
public sealed interface GateDecision {
    /** One word for the answer's {@code tiergate.reason}. */
    String reason();

    /** The score that had to be reached; positive infinity if none would have done. */
    double threshold();

    /**
     * The edge's answer stands.
     *
     * @param auditProbability if above 0, the sample was drawn for an audit, with this probability
     * @param epoch of the gate's evidence
     */
    record Accept(String reason, double threshold, double auditProbability, long epoch) implements GateDecision {
        public boolean isAudited() {
            return auditProbability > 0;
        }
    }

    /**
     * The edge's answer cannot be trusted: the sample is to be escalated.
     *
     * @param epoch of the gate's evidence
     * @param withinBudget false where the budget was spent and yields
     */
    record Escalate(String reason, double threshold, long epoch, boolean withinBudget) implements GateDecision {}

    /** The edge's answer cannot be trusted, and the sample may not leave. */
    record KeepLocal(String reason, double threshold) implements GateDecision {}

    /** The edge's answer cannot be trusted, and the budget for escalations is spent. */
    record Shed(String reason, double threshold) implements GateDecision {}
}
