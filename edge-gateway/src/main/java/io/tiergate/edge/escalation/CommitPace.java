package io.tiergate.edge.escalation;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a busy writer from forcing the disk more often than helps anybody: where promises come so fast that several would share a commit,
 * commits keep a distance, in which they come together. Up to that rate, and for a few commits in a row, nothing waits. Used by one thread.
 */
final class CommitPace {
    /** Between the ends of two commits of a busy writer; flash wears with every one. */
    static final long DISTANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Each of so many in a row is looked at. */
    private static final int COMMITS = 32;
    /** Above 2,000 promises a second they would come together in every distance. */
    private static final int SHARED_BY = 4;

    private final long[] ends = new long[COMMITS];
    private final int[] promises = new int[COMMITS];
    private long commits;
    /** In all that is looked at. */
    private long promised;

    /**
     * How long to wait before the next commit, in nanoseconds.
     *
     * @param now on the clock of {@link System#nanoTime}, as every time here
     */
    long pauseNanos(long now) {
        if (commits < COMMITS || promised * DISTANCE_NANOS < SHARED_BY * (now - ends[index(commits)])) {
            return 0;
        }
        return Math.max(0, ends[index(commits - 1)] + DISTANCE_NANOS - now);
    }

    /** @param count of promises that were waited for, 0 or more */
    void committed(long now, int count) {
        int index = index(commits);
        promised += count - promises[index];
        ends[index] = now;
        promises[index] = count;
        commits++;
    }

    private static int index(long commit) {
        return (int) (commit % COMMITS);
    }
}
