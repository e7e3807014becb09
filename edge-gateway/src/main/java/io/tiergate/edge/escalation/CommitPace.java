package io.tiergate.edge.escalation;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a busy writer from forcing the disk more often than helps anybody: commits that follow each other all the time keep a distance, in
 * which more promises come together. Single commits, and a few in a row, wait for nothing. Used by one thread.
 */
final class CommitPace {
    /** Between the ends of two commits of a busy writer; flash wears with every one. */
    static final long DISTANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** So many in so many distances are busy. */
    private static final int BUSY = 32;

    private final long[] ends = new long[BUSY];
    private long commits;

    /**
     * How long to wait before the next commit, in nanoseconds.
     *
     * @param now on the clock of {@link System#nanoTime}, as every time here
     */
    long pauseNanos(long now) {
        if (commits < BUSY || now - ends[index(commits)] > BUSY * DISTANCE_NANOS) {
            return 0;
        }
        return Math.max(0, ends[index(commits - 1)] + DISTANCE_NANOS - now);
    }

    void committed(long now) {
        ends[index(commits)] = now;
        commits++;
    }

    private static int index(long commit) {
        return (int) (commit % BUSY);
    }
}
