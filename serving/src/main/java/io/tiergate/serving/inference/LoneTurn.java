package io.tiergate.serving.inference;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.tiergate.runtime.ModelRun;
import java.util.concurrent.Callable;

/** Work that runs by itself. */
final class LoneTurn<T> extends Turn<T> {
    private final Callable<ModelRun<T>> work;

    LoneTurn(
            RunRequest request,
            UniEmitter<? super T> emitter,
            ModelCounters counters,
            Runnable onLeave,
            Callable<ModelRun<T>> work) {
        super(request, emitter, counters, onLeave);
        this.work = work;
    }

    @Override
    Object lane() {
        return LoneTurn.class;
    }

    @Override
    long costNanos() {
        long known = cost().of(samples());
        return known == Long.MAX_VALUE ? 0 : known;
    }

    @Override
    long runNanos() {
        return costNanos();
    }

    /** To be called once, by who claimed it. */
    void run() {
        long waitedNanos = sinceArrival();
        ModelRun<T> run;
        try {
            run = work.call();
        } catch (Throwable e) {
            // An Error too: the caller must not wait for ever.
            fail(e);
            return;
        }
        ran(samples(), run.times());
        complete(run.result(), waitedNanos, run.times());
    }
}
