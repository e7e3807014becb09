package io.tiergate.gate;

import java.util.OptionalDouble;

/**
 * How many accepted answers are escalated all the same, to check them.
 *
 * @param rate share, 0 to 1; empty: sized from the target risk and the traffic
 * @param stratified the less sure half of the accepted answers is audited four times as often as the surer half, at the same rate
 *     overall: errors are mostly there
 */
public record AuditRules(OptionalDouble rate, boolean stratified) {
    /** No audits. */
    public static final AuditRules NONE = of(0);

    public AuditRules {
        if (rate.isPresent() && !(rate.getAsDouble() >= 0 && rate.getAsDouble() <= 1)) {
            throw new IllegalArgumentException("audit-rate: " + rate.getAsDouble()
                    + " (expected: 0.0 to 1.0, or auto). It is a probability; for 1 % write 0.01.");
        }
    }

    /** A rate that is the same for all answers. */
    public static AuditRules of(double rate) {
        return new AuditRules(OptionalDouble.of(rate), false);
    }
}
