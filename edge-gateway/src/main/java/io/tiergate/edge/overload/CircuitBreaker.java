package io.tiergate.edge.overload;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** Lets nothing through while the other side does not answer, but for a trial after growing pauses. Safe on every thread. */
final class CircuitBreaker {
    enum State {
        /** Everything is let through. */
        CLOSED,
        /** Nothing is, until the pause is over. */
        OPEN,
        /** One trial is under way. */
        HALF_OPEN
    }

    private static final int MOST_FAILURES = 5;
    private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(5).toNanos();

    private final LongSupplier nanoClock;
    private State state = State.CLOSED;
    private int failures;
    private long pauseNanos = SHORTEST_PAUSE_NANOS;
    private long untilNanos;

    CircuitBreaker(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    synchronized State state() {
        return state;
    }

    /** Whether a call may go out; whoever was let through has to tell how it went. */
    synchronized boolean admits() {
        return switch (state) {
            case CLOSED -> true;
            case HALF_OPEN -> false;
            case OPEN -> {
                boolean over = nanoClock.getAsLong() - untilNanos >= 0;
                if (over) {
                    state = State.HALF_OPEN;
                }
                yield over;
            }
        };
    }

    /** The other side has answered, be it that it did not like the question. */
    synchronized void answered() {
        state = State.CLOSED;
        failures = 0;
        pauseNanos = SHORTEST_PAUSE_NANOS;
    }

    /** The other side has not answered. */
    synchronized void failed() {
        failures++;
        if (state == State.HALF_OPEN || (state == State.CLOSED && failures >= MOST_FAILURES)) {
            state = State.OPEN;
            // Of no fixed length, so that many gateways do not come all at once.
            untilNanos = nanoClock.getAsLong()
                    + (long) (pauseNanos * ThreadLocalRandom.current().nextDouble(0.5, 1.0));
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        }
    }

    /** Nobody waited for the answer: it tells nothing, but a trial has to be repeated. */
    synchronized void abandoned() {
        if (state == State.HALF_OPEN) {
            state = State.OPEN;
        }
    }
}
