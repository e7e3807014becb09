package io.tiergate.serving.inference;

import java.time.Duration;

/**
 * How a pool runs models.
 *
 * @param threads that run what is queued; 1 or more
 * @param queueCapacity requests that may wait; 1 or more
 * @param maxDelay how long a thread waits for a batch to fill; zero: not at all, whatever waits is run together
 * @param inlineBudget longest time that an event loop may run models at the end of a read cycle; zero: it leaves all to the threads
 */
public record PoolSettings(int threads, int queueCapacity, Duration maxDelay, Duration inlineBudget) {
    /** No waiting, nothing on event loops. */
    public static PoolSettings of(int threads, int queueCapacity) {
        return new PoolSettings(threads, queueCapacity, Duration.ZERO, Duration.ZERO);
    }
}
