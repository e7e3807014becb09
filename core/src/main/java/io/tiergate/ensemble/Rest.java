package io.tiergate.ensemble;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a member that keeps being late is asked again. Every batch waits for it to the end of its deadline, so it rests: not after the
 * first time, which may have been an accident, and the longer the more often it was late. Of a thread's time it then takes a tenth at
 * most. Safe on every thread.
 */
final class Rest {
    private static final int LONGEST_IN_DEADLINES = 9;

    private final long deadlineNanos;
    private final LongSupplier nanoClock;
    private int lateInARow;
    private long untilNanos;

    /** @param nanoClock counts nanoseconds from anywhere, and never backwards */
    Rest(Duration deadline, LongSupplier nanoClock) {
        this.deadlineNanos = deadline.toNanos();
        this.nanoClock = nanoClock;
    }

    /** Whether the member is to be asked; after a rest only one batch is told so, and the others hear it once that one was answered. */
    synchronized boolean isOver() {
        if (lateInARow < 2) {
            return true;
        }
        if (nanoClock.getAsLong() - untilNanos < 0) {
            return false;
        }
        untilNanos = nanoClock.getAsLong() + deadlineNanos;
        return true;
    }

    synchronized void late() {
        lateInARow++;
        untilNanos = nanoClock.getAsLong() + Math.min(lateInARow - 1, LONGEST_IN_DEADLINES) * deadlineNanos;
    }

    synchronized void inTime() {
        lateInARow = 0;
    }
}
