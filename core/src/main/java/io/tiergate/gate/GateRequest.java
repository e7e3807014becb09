package io.tiergate.gate;

import java.util.OptionalDouble;

/**
 * What a caller asks of the gate.
 *
 * @param mayAudit false: never draw this sample for an audit
 * @param alwaysEscalate doubt the answer whatever its score
 * @param threshold only ever makes the gate stricter
 */
public record GateRequest(boolean mayAudit, boolean alwaysEscalate, OptionalDouble threshold) {
    /** Leaves everything to the gate. */
    public static final GateRequest DEFAULT = new GateRequest(true, false, OptionalDouble.empty());

    public GateRequest {
        if (threshold.isPresent() && !Double.isFinite(threshold.getAsDouble())) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold.getAsDouble() + " (expected: a finite number)");
        }
    }
}
