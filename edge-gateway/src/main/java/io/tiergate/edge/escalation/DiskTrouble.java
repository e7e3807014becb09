package io.tiergate.edge.escalation;

import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Whether the ledger's disk refuses, because it is full, broken or read-only, and when it is tried again: after pauses that grow up to a
 * limit. The writer's thread tells it what happened; every thread may ask.
 */
final class DiskTrouble {
    private static final Logger LOG = Logger.getLogger(DiskTrouble.class);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long pauseNanos = SHORTEST_PAUSE_NANOS;
    private volatile long trialAt;
    private volatile boolean failing;

    /** Whether a change failed for the store's sake, so that every other would have too; else it is the change that is wrong. */
    static boolean isCauseOf(Exception failure) {
        if (!(failure instanceof SQLiteException refusal)) {
            return false;
        }
        // Extended codes tell more in their higher bytes.
        return switch (SQLiteErrorCode.getErrorCode(refusal.getResultCode().code & 0xff)) {
            case SQLITE_FULL,
                    SQLITE_IOERR,
                    SQLITE_READONLY,
                    SQLITE_CANTOPEN,
                    SQLITE_PERM,
                    SQLITE_BUSY,
                    SQLITE_LOCKED,
                    SQLITE_NOMEM,
                    SQLITE_CORRUPT,
                    SQLITE_NOTADB,
                    SQLITE_PROTOCOL -> true;
            default -> false;
        };
    }

    boolean isFailing() {
        return failing;
    }

    /**
     * How long nothing is written yet, in nanoseconds; 0 or less: now.
     *
     * @param now on the clock of {@link System#nanoTime}, as every time here
     */
    long pauseNanos(long now) {
        return failing ? trialAt - now : 0;
    }

    /** The store has refused a change. */
    void refused(long now, Exception failure) {
        if (!failing) {
            LOG.warnf("Ledger cannot be written, what is uncertain is shed until it can: %s", failure.getMessage());
        }
        trialAt = now + pauseNanos;
        failing = true;
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    /** Something is on disk. */
    void written() {
        if (failing) {
            LOG.info("Ledger is written again");
            failing = false;
        }
        pauseNanos = SHORTEST_PAUSE_NANOS;
    }
}
