package io.tiergate.edge.api;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that is done in rounds, one at a time, each begun on a worker thread: what only the rounds touch needs no lock. A wake-up
 * during a round, or a thousand of them, makes one more. Safe on every thread; whoever wakes it is not held up.
 */
final class Rounds {
    private enum State {
        IDLE,
        RUNNING,
        /** Running, and woken meanwhile. */
        WOKEN
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final Uni<Void> round;
    private final Consumer<Throwable> failed;

    /**
     * @param round what to do in a round, which lasts until the result is there
     * @param failed told if a round fails; there is none after it
     */
    Rounds(Supplier<Uni<? extends Void>> round, Consumer<Throwable> failed) {
        this.round = Uni.createFrom().deferred(round).runSubscriptionOn(Infrastructure.getDefaultExecutor());
        this.failed = failed;
    }

    void wake() {
        if (state.getAndUpdate(now -> now == State.IDLE ? State.RUNNING : State.WOKEN) == State.IDLE) {
            start();
        }
    }

    private void start() {
        round.subscribe().with(done -> finished(), failed);
    }

    private void finished() {
        if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
            state.set(State.RUNNING);
            start();
        }
    }
}
