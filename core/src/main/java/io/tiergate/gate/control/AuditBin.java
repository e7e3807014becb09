package io.tiergate.gate.control;

/**
 * The audits of one range of scores, as they are kept over a restart of the process.
 *
 * @param bin 0 to 63
 */
public record AuditBin(int bin, AuditCount count) {
    public AuditBin {
        if (bin < 0 || bin >= AuditTally.BINS) {
            throw new IllegalArgumentException("bin: %d (expected: 0 to %d)".formatted(bin, AuditTally.BINS - 1));
        }
    }
}
