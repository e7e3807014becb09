package io.tiergate.edge.inference;

import io.tiergate.gate.GateRequest;
import java.time.Duration;

/**
 * What a caller asks beyond the inference itself.
 *
 * @param mayLeave false: the samples of this call are not escalated, audited or stored
 * @param patience how long to wait for verdicts of escalated samples; zero: not at all
 * @param subject opaque id for erasure; empty for none
 */
public record CallOptions(GateRequest gate, boolean mayLeave, Duration patience, String subject) {
    /** Leaves everything to the gate. */
    public static final CallOptions DEFAULT = new CallOptions(GateRequest.DEFAULT, true, Duration.ZERO, "");

    public CallOptions {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("wait: " + patience + " (expected: zero or more)");
        }
    }
}
