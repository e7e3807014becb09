package io.tiergate.cloud.review;

import io.tiergate.proto.v1.Verdict;

/** The three kinds of answers to an escalation. */
public enum Outcome {
    FINAL,
    PARKED,
    REJECTED;

    /**
     * @throws IllegalArgumentException if the verdict says nothing
     */
    public static Outcome of(Verdict verdict) {
        return switch (verdict.getOutcomeCase()) {
            case FINAL -> FINAL;
            case PARKED -> PARKED;
            case REJECTED -> REJECTED;
            case OUTCOME_NOT_SET ->
                throw new IllegalArgumentException("verdict on " + verdict.getEscalationId() + " has no outcome");
        };
    }
}
