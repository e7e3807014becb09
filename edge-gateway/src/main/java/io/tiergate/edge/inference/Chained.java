package io.tiergate.edge.inference;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A second step after a first. Mutiny's {@code chain} loses a cancellation that comes while its function runs: the second step would go
 * on unseen, and wait for a verdict that nobody wants any more for as long as the call was willing to.
 */
final class Chained {
    private static final Cancellable GONE = () -> {};

    private final AtomicReference<Cancellable> second = new AtomicReference<>();

    private Chained() {}

    /** As {@code first.chain(next)}; to be subscribed to once. */
    static <T, R> Uni<R> of(Uni<T> first, Function<T, Uni<R>> next) {
        Chained steps = new Chained();
        return first.chain(item -> next.apply(item).onSubscription().invoke(steps::begun))
                .onCancellation()
                .invoke(steps::cancelled);
    }

    private void begun(Cancellable step) {
        if (!second.compareAndSet(null, step)) {
            step.cancel();
        }
    }

    private void cancelled() {
        Cancellable step = second.getAndSet(GONE);
        if (step != null) {
            step.cancel();
        }
    }
}
