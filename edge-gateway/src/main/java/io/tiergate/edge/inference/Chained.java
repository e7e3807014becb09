package io.tiergate.edge.inference;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A second step after a first, for steps of which the second may take long. Mutiny's {@code chain} loses a cancellation that comes while its
 * function runs: the second step would go on unseen, and wait for a verdict that nobody wants any more. And it keeps the first step,
 * with all that went into it, until the second has ended.
 */
final class Chained<T, R> {
    private static final Cancellable NOTHING = () -> {};

    /** Null until it has begun, nothing once it has ended or shall not begin any more. */
    private final AtomicReference<Cancellable> firstUnderWay = new AtomicReference<>();

    private final AtomicReference<Cancellable> secondUnderWay = new AtomicReference<>();

    /** Both forgotten once they are used: whoever waits for the second step keeps this. */
    private Uni<T> first;

    private Function<T, Uni<R>> next;

    private Chained(Uni<T> first, Function<T, Uni<R>> next) {
        this.first = first;
        this.next = next;
    }

    /** As {@code first.chain(next)}; to be subscribed to once. */
    static <T, R> Uni<R> of(Uni<T> first, Function<T, Uni<R>> next) {
        Chained<T, R> steps = new Chained<>(first, next);
        return Uni.createFrom().<R>emitter(steps::begin);
    }

    private void begin(UniEmitter<? super R> emitter) {
        emitter.onTermination(this::end);
        Uni<T> step = first;
        first = null;
        begun(firstUnderWay, step.subscribe().with(item -> goOn(item, emitter), emitter::fail));
    }

    private void goOn(T item, UniEmitter<? super R> emitter) {
        firstUnderWay.set(NOTHING);
        Function<T, Uni<R>> function = next;
        next = null;
        Uni<R> step;
        try {
            step = function.apply(item);
        } catch (Throwable e) {
            // An Error too: the caller must not wait for ever.
            emitter.fail(e);
            return;
        }
        begun(secondUnderWay, step.subscribe().with(emitter::complete, emitter::fail));
    }

    private static void begun(AtomicReference<Cancellable> place, Cancellable step) {
        if (!place.compareAndSet(null, step)) {
            step.cancel();
        }
    }

    private void end() {
        for (AtomicReference<Cancellable> place : List.of(firstUnderWay, secondUnderWay)) {
            Cancellable step = place.getAndSet(NOTHING);
            if (step != null) {
                step.cancel();
            }
        }
    }
}
