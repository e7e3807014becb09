package io.tiergate.gate.certificate;

import org.hipparchus.distribution.continuous.BetaDistribution;

/** Exact one-sided bounds on the probability behind a count (Clopper and Pearson 1934, Biometrika 26). */
public final class BinomialBounds {
    /** Of the quantile. Two bounds of evidence that differs in one answer lie much further apart. */
    private static final double ACCURACY = 1e-12;

    private BinomialBounds() {}

    /**
     * The largest probability that the count does not contradict.
     *
     * @param hits 0 to {@code trials}
     * @param delta how often, at most, the true probability may lie above; above 0, below 1
     * @return 1 if every trial was a hit, or there was none
     */
    public static double upper(long hits, long trials, double delta) {
        check(hits, trials, delta);
        // By the misses: 1 - delta would round a small delta.
        return hits >= trials
                ? 1
                : 1 - new BetaDistribution(trials - hits, hits + 1.0, ACCURACY).inverseCumulativeProbability(delta);
    }

    /**
     * The smallest probability that the count does not contradict.
     *
     * @param hits 0 to {@code trials}
     * @param delta how often, at most, the true probability may lie below; above 0, below 1
     * @return 0 if there was no hit
     */
    public static double lower(long hits, long trials, double delta) {
        check(hits, trials, delta);
        return hits == 0
                ? 0
                : new BetaDistribution(hits, trials - hits + 1.0, ACCURACY).inverseCumulativeProbability(delta);
    }

    private static void check(long hits, long trials, double delta) {
        if (hits < 0 || hits > trials) {
            throw new IllegalArgumentException("hits: %d of %d trials".formatted(hits, trials));
        }
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: above 0 and below 1)");
        }
    }
}
