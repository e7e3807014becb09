package io.tiergate.edge.escalation;

import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * How long gateways have run on this ledger, all starts together. It stands still while none runs and knows nothing of the wall clock,
 * which devices without a battery start in 1970 and set later. Safe on every thread.
 */
final class RunningTime {
    private static final Logger LOG = Logger.getLogger(RunningTime.class);
    private static final long JUMP_MILLIS = 3_600_000;

    /**
     * The two clocks of a machine.
     *
     * @param nanos never goes back, and goes on while the process runs
     * @param wallMillis since the epoch; may jump
     */
    record Clocks(LongSupplier nanos, LongSupplier wallMillis) {
        static final Clocks SYSTEM = new Clocks(System::nanoTime, System::currentTimeMillis);
    }

    private final Clocks clocks;
    private final long storedMillis;
    private final long startNanos;
    private long lastLookMillis;
    private long lastWallMillis;

    /** @param storedMillis of the starts before */
    RunningTime(long storedMillis, Clocks clocks) {
        this.clocks = clocks;
        this.storedMillis = storedMillis;
        this.startNanos = clocks.nanos().getAsLong();
        this.lastLookMillis = storedMillis;
        this.lastWallMillis = clocks.wallMillis().getAsLong();
    }

    /** Up to now; never less than before, but after a crash, which loses what was not stored yet. */
    long millis() {
        return storedMillis + (clocks.nanos().getAsLong() - startNanos) / 1_000_000;
    }

    /** Logs it, once, if the wall clock has jumped by more than an hour since the last look. Nothing here depends on it. */
    synchronized boolean noticeJump() {
        long now = millis();
        long wall = clocks.wallMillis().getAsLong();
        long jump = (wall - lastWallMillis) - (now - lastLookMillis);
        lastLookMillis = now;
        lastWallMillis = wall;
        boolean far = Math.abs(jump) > JUMP_MILLIS;
        if (far) {
            LOG.warnf("The wall clock has jumped, nothing expires by it: seconds=%d", jump / 1000);
        }
        return far;
    }
}
