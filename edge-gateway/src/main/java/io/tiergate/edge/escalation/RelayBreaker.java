package io.tiergate.edge.escalation;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** How the relay stands with the broker, on whichever channel, and how long it leaves a broker alone that refuses. Safe on every thread. */
final class RelayBreaker {
    private static final Logger LOG = Logger.getLogger(RelayBreaker.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String what;
    private final LongSupplier nanoClock;
    private volatile RelayState state = RelayState.OFF;
    private Duration pause = SHORTEST_PAUSE;
    private long nextTryNanos;

    /**
     * @param what takes things or refuses them, for the log
     */
    RelayBreaker(String what, LongSupplier nanoClock) {
        this.what = what;
        this.nanoClock = nanoClock;
    }

    RelayState state() {
        return state;
    }

    synchronized void started() {
        state = RelayState.CLOSED;
    }

    /** The broker has taken a record. */
    synchronized void acknowledged() {
        if (state != RelayState.CLOSED) {
            LOG.infof("%s takes records again", what);
            state = RelayState.CLOSED;
        }
        pause = SHORTEST_PAUSE;
    }

    /** The broker has not taken a record that it might take later. */
    synchronized void refused(Throwable failure) {
        if (state == RelayState.CLOSED) {
            LOG.warnf("%s does not take records, they wait in the outbox: %s", what, failure.getMessage());
        }
        if (state != RelayState.OPEN) {
            nextTryNanos = nanoClock.getAsLong();
        }
        state = RelayState.OPEN;
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** How long to send nothing from now on; above zero, and of no fixed length, so that many gateways do not come all at once. */
    synchronized Duration pause() {
        Duration jittered = Duration.ofMillis(
                (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
        nextTryNanos = nanoClock.getAsLong() + jittered.toNanos();
        return jittered;
    }

    /** The rest of the pause while {@code OPEN}; zero if it is over or has not begun yet. */
    synchronized Duration untilNextTry() {
        return state == RelayState.OPEN
                ? Duration.ofNanos(Math.max(0, nextTryNanos - nanoClock.getAsLong()))
                : Duration.ZERO;
    }

    /** The pause is over: one record is tried. */
    synchronized void tried() {
        state = RelayState.HALF_OPEN;
    }
}
