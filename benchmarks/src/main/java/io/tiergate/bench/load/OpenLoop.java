package io.tiergate.bench.load;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Holds an arrival rate: calls begin when they are due, however many are still under way. */
final class OpenLoop {
    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(10);

    private final Target target;
    private final int connections;
    private final Clock clock;

    OpenLoop(Target target, int connections, Clock clock) {
        this.target = target;
        this.connections = connections;
        this.clock = clock;
    }

    /**
     * Sends every call of the schedule and waits for the last answers. Calls that have no answer ten seconds after the last one was sent
     * count as failures.
     *
     * @param stopped ends it early
     */
    void run(ArrivalSchedule schedule, LoadTally tally, BooleanSupplier stopped) throws InterruptedException {
        for (long i = 0; i < schedule.calls() && !stopped.getAsBoolean(); i++) {
            long dueNanos = schedule.dueNanos(i);
            clock.waitUntil(dueNanos);
            tally.sent(clock.nanos() - dueNanos);
            target.send((int) (i % connections), i, outcome -> tally.ended(outcome, clock.nanos() - dueNanos));
        }
        tally.lasted(clock.nanos() - schedule.startNanos());
        tally.awaitLast(LAST_ANSWERS_WITHIN);
    }
}
