package io.tiergate.cli.demo;

import java.util.Arrays;

/** Exact percentiles in milliseconds (nearest rank); 0 where nothing was measured. */
record Percentiles(double p50, double p95, double p99) {
    private static final double NANOS_PER_MILLI = 1e6;

    static Percentiles ofNanos(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(rank(sorted, 0.50), rank(sorted, 0.95), rank(sorted, 0.99));
    }

    private static double rank(long[] sorted, double share) {
        if (sorted.length == 0) {
            return 0;
        }
        long nanos = sorted[(int) Math.ceil(share * sorted.length) - 1];
        return Math.round(nanos / NANOS_PER_MILLI * 1000) / 1000.0;
    }
}
