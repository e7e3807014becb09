package io.tiergate.gate.control;

import io.tiergate.gate.certificate.Quantiles;

/**
 * The threshold below which a given share of the answers lies. It follows the scores: each answer below moves it down a little, each
 * other one up, in steps of the reference's quantiles, so that over many answers the share is met whatever their scores (Robbins and
 * Monro 1951).
 */
final class BudgetThreshold {
    /** So many answers, roughly, decide where it stands. */
    private static final double MEMORY = 1000;

    private final double share;
    private final Quantiles reference;
    private double rank;

    BudgetThreshold(double share, Quantiles reference) {
        this.share = share;
        this.reference = reference;
        this.rank = share;
    }

    double threshold() {
        // Beyond the reference, so that the share is met where the scores have left it.
        if (rank <= 0) {
            return -Double.MAX_VALUE;
        }
        return rank >= 1 ? Double.MAX_VALUE : reference.at(rank);
    }

    void decided(boolean below) {
        // One step beyond either end is remembered, where it goes no further but for samples that are below whatever
        // the threshold.
        rank = within(rank + (share - (below ? 1 : 0)) / MEMORY);
    }

    private static double within(double rank) {
        return Math.clamp(rank, -1 / MEMORY, 1 + 1 / MEMORY);
    }

    double rank() {
        return rank;
    }

    void rank(double earlier) {
        rank = Double.isNaN(earlier) ? share : within(earlier);
    }
}
