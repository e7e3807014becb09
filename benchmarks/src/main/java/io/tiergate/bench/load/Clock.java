package io.tiergate.bench.load;

import java.util.concurrent.locks.LockSupport;

/** Time as the load generator sees it. */
interface Clock {
    /** Of this machine. */
    Clock SYSTEM = new Clock() {
        /** About what Linux adds to a sleep; what is left of it is waited out awake. */
        private static final long OVERSLEPT_NANOS = 60_000;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void waitUntil(long nanos) {
            long left = nanos - System.nanoTime();
            while (left > 0) {
                if (left > OVERSLEPT_NANOS) {
                    LockSupport.parkNanos(left - OVERSLEPT_NANOS);
                } else {
                    Thread.onSpinWait();
                }
                left = nanos - System.nanoTime();
            }
        }
    };

    /** As {@link System#nanoTime}. */
    long nanos();

    /** Returns at once when the instant is past. */
    void waitUntil(long nanos);
}
