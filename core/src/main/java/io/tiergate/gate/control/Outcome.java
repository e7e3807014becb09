package io.tiergate.gate.control;

import java.util.Optional;

/**
 * What has become known of a sample that the gate had decided.
 *
 * @param key tells samples apart
 * @param epoch the gate's epoch when it decided
 * @param score as it then was; negative infinity if a check had failed
 * @param audited true: accepted and drawn for an audit; false: escalated
 * @param inclusion probability with which it was drawn; 1 if escalated
 * @param before what was known of it already
 * @param margin of the edge's probabilities; NaN if nobody knows
 * @param predicted index of the edge's label; -1 if nobody knows
 */
public record Outcome(
        long key,
        long epoch,
        double score,
        boolean audited,
        double inclusion,
        Label label,
        Optional<Label> before,
        double margin,
        int predicted) {
    /** Of a sample of which no more is known than its score. */
    public Outcome(
            long key,
            long epoch,
            double score,
            boolean audited,
            double inclusion,
            Label label,
            Optional<Label> before) {
        this(key, epoch, score, audited, inclusion, label, before, Double.NaN, -1);
    }

    public Outcome {
        if (!(inclusion > 0 && inclusion <= 1)) {
            throw new IllegalArgumentException("inclusion: " + inclusion + " (expected: above 0.0, at most 1.0)");
        }
    }
}
