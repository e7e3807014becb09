package io.tiergate.gate.control;

import java.util.Collection;
import java.util.function.DoubleUnaryOperator;

/**
 * Bounds on a probability from weighted counts that hold at all times at once, however often one looks and whenever one stops: what a
 * gambler wins who bets against the probability grows beyond 1/alpha with a probability of at most alpha if it is true (Ville 1939;
 * Waudby-Smith and Ramdas 2024, "Estimating means of bounded random variables by betting"). The gambler spreads the stake over fixed
 * fractions, so that only counts matter, not their order.
 *
 * <p>Where an answer is drawn with a probability of its own and weighs c divided by it, with the same c throughout, the bounds are on the
 * average over all answers, drawn or not, even while that changes: a bet wins c times what is off, so that the winnings outgrow a fair
 * gambler's by no more than exp(c stake (sum of what is off)), which is at most 1 while the average is on the candidate's wrong side.
 */
final class Betting {
    private static final double[] FRACTIONS = {0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.5, 0.7, 0.9};
    private static final int HALVINGS = 40;

    /**
     * So many answers that count as equally wrong.
     *
     * @param weight above 0, at most 1
     * @param wrong 0 to 1
     */
    record Weighted(double weight, double wrong, long count) {}

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
                double won = below ? candidate - each.wrong() : each.wrong() - candidate;
                logs[i] += each.count() * Math.log1p(stake * won * each.weight());
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
