package io.tiergate.gate;

/** What decides whether an assessed answer is accepted. */
public sealed interface GatePolicy {
    /** The score from which on an answer is accepted. */
    double threshold();

    /** The share of accepted answers that are escalated all the same, to check them; 0 to 1. */
    double auditRate();

    /** A threshold chosen by a person. */
    record Fixed(double threshold, double auditRate) implements GatePolicy {
        public Fixed {
            if (!Double.isFinite(threshold)) {
                throw new IllegalArgumentException("threshold: " + threshold + " (expected: a finite number)");
            }
            if (!(auditRate >= 0 && auditRate <= 1)) {
                throw new IllegalArgumentException("audit-rate: " + auditRate
                        + " (expected: 0.0 to 1.0). It is a probability; for 1 % write 0.01.");
            }
        }
    }
}
