package io.tiergate.serving.inference;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What runs of a model cost, by the size of their batch in powers of two: an exponentially weighted mean, so that it follows a processor that
 * gets slower. Safe on every thread; of two that write at once one may be lost.
 */
final class RunCost {
    private static final int CLASSES = 32;

    /** A new run counts one part in so many. */
    private static final int WEIGHT = 8;

    private final AtomicLongArray nanosByClass = new AtomicLongArray(CLASSES);

    void measured(long rows, long nanos) {
        int sizeClass = sizeClass(rows);
        long known = nanosByClass.getPlain(sizeClass);
        nanosByClass.setPlain(sizeClass, Math.max(1, known == 0 ? nanos : known + (nanos - known) / WEIGHT));
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

    private static int sizeClass(long rows) {
        return rows <= 1 ? 0 : Math.min(CLASSES - 1, Long.SIZE - Long.numberOfLeadingZeros(rows - 1));
    }
}
