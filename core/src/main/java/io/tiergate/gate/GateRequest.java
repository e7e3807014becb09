package io.tiergate.gate;

import java.util.OptionalDouble;

/**
 * What a caller asks of the gate.
 *
 * @param mayLeave false: the sample is not escalated, audited or stored, and lies outside what the gate promises
 * @param mayAudit false: never draw this sample for an audit
 * @param alwaysEscalate doubt the answer whatever its score
 * @param threshold only ever makes the gate stricter
 */
public record GateRequest(boolean mayLeave, boolean mayAudit, boolean alwaysEscalate, OptionalDouble threshold) {
    /** Leaves everything to the gate. */
    public static final GateRequest DEFAULT = new GateRequest(true, true, false, OptionalDouble.empty());

    /** The same of a sample that may not leave. */
    public GateRequest staying() {
        return new GateRequest(false, mayAudit, alwaysEscalate, threshold);
    }

    public GateRequest {
        if (threshold.isPresent() && !Double.isFinite(threshold.getAsDouble())) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold.getAsDouble() + " (expected: a finite number)");
        }
    }
}
