package io.tiergate.gate;

import java.util.OptionalDouble;

/** Where a gate's threshold comes from. */
public sealed interface GatePolicy {
    /** The policy's name in a manifest. */
    String word();

    /** A threshold chosen by a person. */
    record Fixed(double threshold) implements GatePolicy {
        public Fixed {
            if (!Double.isFinite(threshold)) {
                throw new IllegalArgumentException("threshold: " + threshold + " (expected: a finite number)");
            }
        }

        @Override
        public String word() {
            return "fixed";
        }
    }

    /**
     * The threshold of the package's certificate, watched over.
     *
     * @param targetRisk share of wrong answers among accepted ones that the certificate must promise or better; empty: whatever it promises
     * @param confidence that it must have or more; empty: whatever it has
     */
    record Risk(OptionalDouble targetRisk, OptionalDouble confidence) implements GatePolicy {
        public Risk {
            check("target-risk", targetRisk, "It is a share; for 3 % write 0.03.");
            check("confidence", confidence, "It is a probability; for 99 % write 0.99.");
        }

        private static void check(String key, OptionalDouble value, String hint) {
            if (value.isPresent() && !(value.getAsDouble() > 0 && value.getAsDouble() < 1)) {
                throw new IllegalArgumentException(
                        "%s: %s (expected: above 0.0 and below 1.0). %s".formatted(key, value.getAsDouble(), hint));
            }
        }

        @Override
        public String word() {
            return "risk";
        }
    }

    /**
     * A threshold below which just so many answers lie as the budget allows to escalate.
     *
     * @param learnsCorrection true: escalates the answers that a verdict will most probably correct instead of those with the lowest score, once
     *     verdicts have shown that this is foretold better
     */
    record Budget(boolean learnsCorrection) implements GatePolicy {
        @Override
        public String word() {
            return "budget";
        }
    }

    /** No threshold: every answer that can be read is accepted. */
    record Shadow() implements GatePolicy {
        @Override
        public String word() {
            return "shadow";
        }
    }
}
