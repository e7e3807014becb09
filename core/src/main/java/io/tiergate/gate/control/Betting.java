package io.tiergate.gate.control;

import java.util.Collection;
import java.util.function.DoubleUnaryOperator;

/**
 * Bounds on a probability from weighted counts that hold at all times at once, however often one looks and whenever one stops: what a
 * gambler wins who bets against the probability grows beyond 1/alpha with a probability of at most alpha if it is true (Ville 1939;
 * Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting"). The gambler spreads the stake over fixed
 * fractions, so that only counts matter, not their order.
 */
final class Betting {
    private static final double[] FRACTIONS = {0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9};
    private static final int HALVINGS = 40;

    /** So many right and wrong answers, each with a weight in 0 (exclusive) to 1. */
    record Weighted(double weight, long right, long wrong) {}

    private Betting() {}

    /** The probability of a wrong answer is above this with a probability of at most alpha. */
    static double upper(Collection<Weighted> counts, double alpha) {
        return rejectedFrom(candidate -> logWealth(counts, candidate, true), alpha);
    }

    /** The probability of a wrong answer is below this with a probability of at most alpha. */
    static double lower(Collection<Weighted> counts, double alpha) {
        return 1 - rejectedFrom(candidate -> logWealth(counts, 1 - candidate, false), alpha);
    }

    /** The smallest candidate that is rejected; the wealth grows with the candidate. */
    private static double rejectedFrom(DoubleUnaryOperator logWealth, double alpha) {
        double limit = -Math.log(alpha);
        double kept = 0;
        double rejected = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (kept + rejected) / 2;
            if (logWealth.applyAsDouble(middle) >= limit) {
                rejected = middle;
            } else {
                kept = middle;
            }
        }
        return rejected;
    }

    /** Betting that the probability is below the candidate, or above it; a lost bet never costs more than its fraction. */
    private static double logWealth(Collection<Weighted> counts, double candidate, boolean below) {
        double most = Double.NEGATIVE_INFINITY;
        double[] logs = new double[FRACTIONS.length];
        for (int i = 0; i < FRACTIONS.length; i++) {
            double stake = FRACTIONS[i] / (below ? 1 - candidate : candidate);
            for (Weighted each : counts) {
                double ofRight = below ? candidate : -candidate;
                double ofWrong = below ? candidate - 1 : 1 - candidate;
                logs[i] += each.right() * Math.log1p(stake * ofRight * each.weight())
                        + each.wrong() * Math.log1p(stake * ofWrong * each.weight());
            }
            most = Math.max(most, logs[i]);
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - most);
        }
        return most + Math.log(sum / logs.length);
    }
}
