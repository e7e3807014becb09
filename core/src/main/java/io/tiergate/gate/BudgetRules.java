package io.tiergate.gate;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What may be escalated at most.
 *
 * @param share of the samples, 0 to 1
 * @param bytesADay of escalated samples
 * @param yields what gives way where the promise on risk needs more than that
 */
public record BudgetRules(OptionalDouble share, OptionalLong bytesADay, Yields yields) {
    /** No limit. */
    public static final BudgetRules NONE = new BudgetRules(OptionalDouble.empty(), OptionalLong.empty(), Yields.RISK);

    /** What gives way. */
    public enum Yields {
        /** The budget is kept: what is uncertain beyond it is answered, marked, and not sent. */
        RISK("risk"),
        /** The budget is overspent: whatever is uncertain is sent. */
        BUDGET("budget");

        private final String word;

        Yields(String word) {
            this.word = word;
        }

        /** The name in a manifest. */
        public String word() {
            return word;
        }
    }

    public BudgetRules {
        if (share.isPresent() && !(share.getAsDouble() >= 0 && share.getAsDouble() <= 1)) {
            throw new IllegalArgumentException("max-escalation-rate: " + share.getAsDouble()
                    + " (expected: 0.0 to 1.0). It is a share; for 30 % write 0.30.");
        }
        if (bytesADay.isPresent() && bytesADay.getAsLong() < 1) {
            throw new IllegalArgumentException(
                    "max-bytes-per-day: " + bytesADay.getAsLong() + " (expected: 1 or more, or a size as 2GB)");
        }
    }

    /** Whether there is a limit. */
    public boolean limits() {
        return share.isPresent() || bytesADay.isPresent();
    }
}
