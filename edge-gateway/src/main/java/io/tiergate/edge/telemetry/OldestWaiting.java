package io.tiergate.edge.telemetry;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * For how long the oldest sample has been waiting to be sent. The ledger is asked with every look, for the next one: no scrape waits for
 * it, and what a scrape sees is as old as the scrape before. Safe on every thread.
 */
final class OldestWaiting {
    private record Seen(Optional<Duration> waiting, long atNanos) {}

    private final Supplier<Uni<Optional<Duration>>> ledger;
    private final LongSupplier nanoClock;
    private volatile Seen seen;

    /** @param ledger may fail; then the next look may be luckier */
    OldestWaiting(Supplier<Uni<Optional<Duration>>> ledger, LongSupplier nanoClock) {
        this.ledger = ledger;
        this.nanoClock = nanoClock;
        this.seen = new Seen(Optional.empty(), nanoClock.getAsLong());
        ask();
    }

    /** In seconds; 0 if nothing waits. */
    double seconds() {
        Seen last = seen;
        ask();
        return last.waiting()
                .map(waiting -> (waiting.toNanos() + nanoClock.getAsLong() - last.atNanos()) / 1e9)
                .orElse(0.0);
    }

    private void ask() {
        ledger.get().subscribe().with(waiting -> seen = new Seen(waiting, nanoClock.getAsLong()), failure -> {});
    }
}
