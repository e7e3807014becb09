package io.tiergate.serving.inference;

import java.util.concurrent.atomic.LongAdder;

/** How often something happened, and how long that took together. Written from any thread without waiting for another. */
public final class DurationCounter {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long tookNanos) {
        count.increment();
        nanos.add(tookNanos);
    }

    public long count() {
        return count.sum();
    }

    public long nanos() {
        return nanos.sum();
    }
}
