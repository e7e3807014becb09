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
        return reference.at(rank);
    }

    void decided(boolean below) {
        rank = Math.clamp(rank + (share - (below ? 1 : 0)) / MEMORY, 0.0, 1.0);
    }

    double rank() {
        return rank;
    }

    void rank(double earlier) {
        rank = Math.clamp(earlier, 0.0, 1.0);
    }
}
