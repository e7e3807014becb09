package io.tiergate.gate;

/**
 * The confidence gate of one model.
 *
 * <p>An answer is accepted if its score is at least the threshold, compared in double precision. An output that could not
 * be read is never accepted.
 */
public final class Gate {
    /** Reason of an answer that was sure enough. */
    public static final String CONFIDENT = "confident";
    /** Reason of an answer that was not. */
    public static final String BELOW_THRESHOLD = "below-threshold";
    /** Reason of an answer whose numbers were empty, NaN, infinite or no distribution. */
    public static final String NON_FINITE_OUTPUT = "non-finite-output";
    /** Reason of an answer that the caller wants checked whatever its score. */
    public static final String REQUESTED = "requested";

    private final GatePolicy policy;
    private final AuditSampler audits;

    public Gate(GatePolicy policy, AuditSampler audits) {
        this.policy = policy;
        this.audits = audits;
    }

    public GatePolicy policy() {
        return policy;
    }

    public GateDecision decide(Assessment assessment, GateRequest request) {
        double threshold = Math.max(policy.threshold(), request.threshold().orElse(Double.NEGATIVE_INFINITY));
        if (!assessment.isUsable()) {
            return new GateDecision.Doubt(NON_FINITE_OUTPUT, threshold);
        }
        if (request.alwaysEscalate()) {
            return new GateDecision.Doubt(REQUESTED, threshold);
        }
        if (assessment.score() >= threshold) {
            boolean audited = request.mayAudit() && audits.draws(policy.auditRate());
            return new GateDecision.Accept(CONFIDENT, threshold, audited ? policy.auditRate() : 0);
        }
        return new GateDecision.Doubt(BELOW_THRESHOLD, threshold);
    }
}
