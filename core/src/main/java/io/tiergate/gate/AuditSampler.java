package io.tiergate.gate;

import java.util.function.DoubleSupplier;

/**
 * Draws accepted samples for an audit, each on its own and with a known probability, so that what the audits find can be
 * weighted into an estimate for all accepted samples.
 */
public final class AuditSampler {
    private final DoubleSupplier uniform;

    /**
     * @param uniform independent numbers, uniform in 0 (inclusive) to 1 (exclusive); called from any thread
     */
    public AuditSampler(DoubleSupplier uniform) {
        this.uniform = uniform;
    }

    /** Whether a sample is drawn whose turn comes with this probability. */
    public boolean draws(double probability) {
        return probability > 0 && uniform.getAsDouble() < probability;
    }
}
