package io.tiergate.gate;

import io.tiergate.gate.GateDecision.Accept;
import io.tiergate.gate.GateDecision.Doubt;

/**
 * The confidence gate of one model.
 *
 * <p>An answer is accepted if its score is at least the threshold, compared in double precision. An output that cannot be used
 * is never accepted. Safe on every thread; a decision at the gate's own threshold allocates nothing.
 */
public final class Gate {
    /** Reason of an answer that was sure enough. */
    public static final String CONFIDENT = "confident";
    /** Reason of an answer that was not. */
    public static final String BELOW_THRESHOLD = "below-threshold";
    /** Reason of an answer whose numbers, or whose score, were missing, NaN or infinite. */
    public static final String NON_FINITE_OUTPUT = "non-finite-output";
    /** Reason of an answer whose numbers were declared to be probabilities and are none. */
    public static final String NOT_PROBABILITIES = "not-probabilities";
    /** Reason of an answer with another number of classes than there are labels. */
    public static final String WRONG_CLASS_COUNT = "wrong-class-count";
    /** Reason of an answer that the caller wants checked whatever its score. */
    public static final String REQUESTED = "requested";

    private final GatePolicy policy;
    private final AuditSampler audits;

    private final Accept confident;
    private final Accept audited;
    private final Doubt belowThreshold;
    private final Doubt requested;
    private final Doubt nonFinite;
    private final Doubt notProbabilities;
    private final Doubt wrongClassCount;

    public Gate(GatePolicy policy, AuditSampler audits) {
        this.policy = policy;
        this.audits = audits;
        confident = new Accept(CONFIDENT, policy.threshold(), 0);
        audited = new Accept(CONFIDENT, policy.threshold(), policy.auditRate());
        belowThreshold = new Doubt(BELOW_THRESHOLD, policy.threshold());
        requested = new Doubt(REQUESTED, policy.threshold());
        nonFinite = new Doubt(NON_FINITE_OUTPUT, policy.threshold());
        notProbabilities = new Doubt(NOT_PROBABILITIES, policy.threshold());
        wrongClassCount = new Doubt(WRONG_CLASS_COUNT, policy.threshold());
    }

    public GatePolicy policy() {
        return policy;
    }

    /** @param reading after {@link Confidence#read} */
    public GateDecision decide(Reading reading, GateRequest request) {
        double asked = request.threshold().orElse(Double.NEGATIVE_INFINITY);
        return asked > policy.threshold()
                ? decision(reading, request, asked).at(asked)
                : decision(reading, request, policy.threshold());
    }

    private GateDecision decision(Reading reading, GateRequest request, double threshold) {
        return switch (reading.usability()) {
            case NON_FINITE -> nonFinite;
            case NOT_PROBABILITIES -> notProbabilities;
            case WRONG_CLASS_COUNT -> wrongClassCount;
            case USABLE -> {
                if (request.alwaysEscalate()) {
                    yield requested;
                }
                if (!(reading.score() >= threshold)) {
                    yield belowThreshold;
                }
                yield request.mayAudit() && audits.draws(policy.auditRate()) ? audited : confident;
            }
        };
    }
}
