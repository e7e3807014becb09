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
        double limit = Math.log(falseEvery * falling) - OVERSHOOT * deviation;
        // The approximation fails where even one hit is rare: one alone alarms only if it is as rare as an alarm may
        // be.
        return new Cusum(hit, miss, Math.max(limit, usual * falseEvery > 1 ? hit : 0));
    }

    /** One that never alarms, where there is nothing to be seen. */
    static Cusum never() {
        return new Cusum(0, 0, Double.POSITIVE_INFINITY);
    }

    /** Takes one trial, and tells whether the sum is above the limit. */
    boolean add(boolean happened) {
        return add(happened, 1);
    }

    /**
     * The same for a trial of a kind that is drawn more often than others; false alarms become rarer by it, never more frequent.
     *
     * @param weight above 0, at most 1
     */
    boolean add(boolean happened, double weight) {
        sum = Math.max(0, sum + weight * (happened ? hit : miss));
        return sum > limit;
    }

    double sum() {
        return sum;
    }

    /** Goes on where an earlier one left off. */
    void restore(double earlier) {
        // Written this way round so that NaN, which would never alarm, starts anew.
        sum = earlier > 0 ? earlier : 0;
    }
}
