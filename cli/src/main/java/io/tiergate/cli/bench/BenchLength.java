package io.tiergate.cli.bench;

import java.util.List;

/**
 * How long everything is measured. All durations are seconds.
 *
 * @param name as in the report
 * @param rounds how often every subject has its turn
 * @param warmUpSeconds full load on a server before it is measured
 * @param mostWarmUps how often at most the compared servers have that, as long as they get faster
 * @param throughputSeconds full load on each subject in each round
 * @param modelSeconds the model alone at one batch size in each round
 * @param tenthSeconds at a tenth of its capacity in each round; long, because the 99th percentile of a tenth of these calls is wanted
 * @param otherSeconds at each of the other arrival rates in each round
 * @param loads arrival rates as parts of a subject's own capacity; the first is a tenth
 * @param fsyncs records written and forced to the disk in each round
 * @param overloadSeconds at one and a half times the capacity
 * @param swaps models loaded under load
 * @param starts starts of a gateway whose footprint is taken
 * @param idleSeconds rest before a gateway's idle memory is read
 * @param ledgerSeconds each of the ledger's figures in each round
 * @param pendingSamples samples of 3 KiB whose memory is measured while they wait
 * @param awaySeconds with the broker, and again without it
 */
public record BenchLength(
        String name,
        int rounds,
        double warmUpSeconds,
        int mostWarmUps,
        double throughputSeconds,
        double modelSeconds,
        double tenthSeconds,
        double otherSeconds,
        List<Double> loads,
        int fsyncs,
        double overloadSeconds,
        int swaps,
        int starts,
        double idleSeconds,
        double ledgerSeconds,
        long pendingSamples,
        double awaySeconds) {
    private static final List<Double> LOADS = List.of(0.1, 0.25, 0.5, 0.75);

    /**
     * About thirty-five minutes on two processors. After half a minute of full load the just-in-time compiler still took a tenth of what the
     * gateway with its gate used, and a minute later nothing.
     */
    public static final BenchLength FULL =
            new BenchLength("full", 5, 15, 6, 6, 3, 8, 3, LOADS, 500, 60, 1_000, 3, 10, 5, 1_000_000, 300);

    /** About five minutes: enough to see whether something has changed much. */
    public static final BenchLength QUICK =
            new BenchLength("quick", 5, 3, 1, 1, 0.5, 1.5, 0.5, List.of(0.1, 0.5), 100, 8, 100, 1, 3, 1.5, 50_000, 20);

    /** Makes every number and means none of them. */
    public static final BenchLength SMOKE = new BenchLength(
            "smoke", 2, 1, 1, 0.8, 0.2, 0.5, 0.3, List.of(0.1, 0.5), 20, 1, 20, 1, 0.5, 0.3, 2_000, 1.5);

    /** The arrival rate at which latencies are compared with the echo's. */
    public static final double TENTH = 0.1;
}
