package io.tiergate.serving.inference;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How a request wants to be queued.
 *
 * @param timeout longest time to wait for its turn; empty: as long as it takes
 * @param priority 1 is the most urgent, 9 and more the least; 0 means 5
 */
public record QueuePolicy(Optional<Duration> timeout, long priority) {
    /** As long as it takes, with everybody else's priority. */
    public static final QueuePolicy DEFAULT = new QueuePolicy(Optional.empty(), 0);

    private static final long DEFAULT_LEVEL = 5;
    private static final long LOWEST_LEVEL = 9;

    /** What a level is worth: whoever has waited so much longer goes first in spite of it, so that nobody starves. */
    private static final long LEVEL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    public QueuePolicy {
        if (priority < 0) {
            throw new IllegalArgumentException("priority: " + priority + " (expected: 0 or more)");
        }
    }

    /** By how much a request is to be treated as if it had come later. */
    long delayNanos() {
        long level = priority == 0 ? DEFAULT_LEVEL : Math.min(priority, LOWEST_LEVEL);
        return level * LEVEL_NANOS;
    }
}
