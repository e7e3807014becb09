package io.tiergate.bench.load;

/**
 * When calls are meant to begin: evenly spaced, whatever the server does. Latencies count from these instants, so that a call that had
 * to wait for the generator, itself held up by the server, is not measured as a fast one (coordinated omission).
 *
 * @param startNanos the first call's instant, as {@link System#nanoTime}
 * @param ratePerSecond above 0
 * @param seconds above 0
 */
record ArrivalSchedule(long startNanos, double ratePerSecond, double seconds) {
    private static final double SECOND_NANOS = 1e9;

    ArrivalSchedule {
        if (!(ratePerSecond > 0 && seconds > 0)) {
            throw new IllegalArgumentException(
                    "rate %s a second for %s s (expected: both above 0)".formatted(ratePerSecond, seconds));
        }
    }

    /** How many calls there are: at least one. */
    long calls() {
        return Math.max(1, Math.round(ratePerSecond * seconds));
    }

    /** @param index from 0 */
    long dueNanos(long index) {
        return startNanos + Math.round(index * (SECOND_NANOS / ratePerSecond));
    }
}
