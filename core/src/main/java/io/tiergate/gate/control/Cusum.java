package io.tiergate.gate.control;

/**
 * Watches how often something happens, by the cumulative sum of log-likelihood ratios (Page 1954, "Continuous inspection schemes"):
 * quick to see that it has become more frequent, slow to be fooled.
 */
final class Cusum {
    /** What a random walk oversteps a limit by, on average, in standard deviations of its steps, and as much at zero. */
    private static final double OVERSHOOT = 2 * 0.583;

    private final double hit;
    private final double miss;
    private final double limit;
    private double sum;

    private Cusum(double hit, double miss, double limit) {
        this.hit = hit;
        this.miss = miss;
        this.limit = limit;
    }

    /**
     * @param usual probability so far; above 0
     * @param raised probability to be found out; above {@code usual}, below 1
     * @param falseEvery trials without a change until it alarms all the same, on average and roughly: the limit follows from it by the
     *     corrected diffusion approximation (Siegmund 1985, "Sequential Analysis", chapter 10)
     */
    static Cusum of(double usual, double raised, double falseEvery) {
        if (!(usual > 0 && raised > usual && raised < 1)) {
            throw new IllegalArgumentException("from %s to %s (expected: 0 < from < to < 1)".formatted(usual, raised));
        }
        double hit = Math.log(raised / usual);
        double miss = Math.log((1 - raised) / (1 - usual));
        double falling = -(usual * hit + (1 - usual) * miss);
        double deviation = (hit - miss) * Math.sqrt(usual * (1 - usual));
        return new Cusum(hit, miss, Math.log(falseEvery * falling) - OVERSHOOT * deviation);
    }

    /** One that never alarms, where there is nothing to be seen. */
    static Cusum never() {
        return new Cusum(0, 0, Double.POSITIVE_INFINITY);
    }

    /** Takes one trial, and tells whether the sum is above the limit. */
    boolean add(boolean happened) {
        sum = Math.max(0, sum + (happened ? hit : miss));
        return sum > limit;
    }

    double sum() {
        return sum;
    }

    /** Goes on where an earlier one left off. */
    void restore(double earlier) {
        sum = Math.max(0, earlier);
    }
}
