package io.tiergate.bench.load;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Keeps a number of calls under way: as one ends, the next begins. What it measures is throughput. */
final class ClosedLoop {
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);
    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(10);

    private final Target target;
    private final int connections;
    private final int inFlight;
    private final LoadTally tally;
    private final AtomicLong next = new AtomicLong();
    private volatile long endNanos;

    /** @param inFlight calls under way on each connection */
    ClosedLoop(Target target, int connections, int inFlight, LoadTally tally) {
        this.target = target;
        this.connections = connections;
        this.inFlight = inFlight;
        this.tally = tally;
    }

    /** Calls that end after the time is over are waited for and not counted. */
    void run(double seconds, BooleanSupplier stopped) throws InterruptedException {
        long startNanos = System.nanoTime();
        endNanos = startNanos + Math.round(seconds * 1e9);
        for (int i = 0; i < connections * inFlight; i++) {
            begin(i % connections);
        }
        while (System.nanoTime() < endNanos && !stopped.getAsBoolean() && tally.underWay() > 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
        // The end may be early: when it was asked for, or when every call has failed.
        endNanos = Math.min(endNanos, System.nanoTime());
        tally.lasted(endNanos - startNanos);
        tally.awaitLast(LAST_ANSWERS_WITHIN);
    }

    private void begin(int connection) {
        long startNanos = System.nanoTime();
        tally.sent(0);
        target.send(connection, next.getAndIncrement(), outcome -> ended(connection, startNanos, outcome));
    }

    private void ended(int connection, long startNanos, Outcome outcome) {
        long now = System.nanoTime();
        if (now >= endNanos) {
            tally.endedLate();
            return;
        }
        tally.ended(outcome, now - startNanos);
        // A server that is gone would fail the next call at once, and the one after, each within the other.
        if (outcome != Outcome.FAILED) {
            begin(connection);
        }
    }
}
