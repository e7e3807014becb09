package io.tiergate.serving.inference;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What runs of a model cost, by the size of their batch in powers of two: a running median, which follows a processor that gets slower but not
 * the single run that lost its processor to somebody else. Safe on every thread; of two that write at once one may be lost.
 */
final class RunCost {
    private static final int CLASSES = 32;

    /** A run that is dearer than the median raises it by a sixteenth, a cheaper one lowers it: it rests where both are as frequent. */
    private static final int STEP_SHIFT = 4;

    private static final long TROUBLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLongArray nanosByClass = new AtomicLongArray(CLASSES);

    /** Long enough ago, if there was none. */
    private volatile long failedNanos = System.nanoTime() - TROUBLE_NANOS;

    void measured(long rows, long nanos) {
        int sizeClass = sizeClass(rows);
        long known = nanosByClass.getPlain(sizeClass);
        long step = Math.max(1, known >> STEP_SHIFT);
        long moved = known == 0 ? nanos : nanos > known ? known + step : known - step;
        nanosByClass.setPlain(sizeClass, Math.max(1, moved));
    }

    /** Expected nanoseconds of a run; {@link Long#MAX_VALUE} as long as there was none. */
    long of(long rows) {
        int sizeClass = sizeClass(rows);
        for (int smaller = sizeClass; smaller >= 0; smaller--) {
            long known = nanosByClass.getPlain(smaller);
            if (known > 0) {
                // At most in proportion: what a run costs whatever its size is paid once.
                return known << (sizeClass - smaller);
            }
        }
        for (int larger = sizeClass + 1; larger < CLASSES; larger++) {
            long known = nanosByClass.getPlain(larger);
            if (known > 0) {
                return known;
            }
        }
        return Long.MAX_VALUE;
    }

    /** A run has failed: what is made of that takes many more. */
    void failed() {
        failedNanos = System.nanoTime();
    }

    /** Whether one has failed within the last second. */
    boolean hasFailedLately() {
        return System.nanoTime() - failedNanos < TROUBLE_NANOS;
    }

    private static int sizeClass(long rows) {
        return rows <= 1 ? 0 : Math.min(CLASSES - 1, Long.SIZE - Long.numberOfLeadingZeros(rows - 1));
    }
}
