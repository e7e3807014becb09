package io.tiergate.serving.inference;

import io.grpc.Context;
import io.grpc.Deadline;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.tiergate.runtime.RunTimes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request that waits for its turn. It is claimed once: by whoever runs it, or by whoever takes it back.
 *
 * @param <T> what it gives
 */
abstract sealed class Turn<T> permits LoneTurn, RowsTurn {
    /** What is made of an answer reads its input again, and an event loop must not be held up. */
    private static final long MOST_LOOP_BYTES = 64 * 1024;

    private final RunRequest request;
    private final UniEmitter<? super T> emitter;
    private final ModelCounters counters;
    private final RunCost cost;
    private final long arrivedNanos = System.nanoTime();
    private final Executor loop;
    private final Deadline deadline = Context.current().getDeadline();
    private final Runnable onLeave;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile Future<?> expiry;
    /** What the queue has counted it for; touched under the queue's lock alone. */
    private long queuedNanos;

    /**
     * @param onLeave run once, when its memory is not needed any more
     */
    Turn(RunRequest request, UniEmitter<? super T> emitter, ModelCounters counters, Runnable onLeave) {
        this.request = request;
        this.emitter = emitter;
        this.counters = counters;
        this.cost = counters.cost(request.model().digest());
        this.onLeave = onLeave;
        this.loop = request.bytes() > MOST_LOOP_BYTES ? null : EventLoops.current();
    }

    /**
     * The event loop that wants the answer back, because its call lives there; null if there is none, or the answer may take long to
     * write.
     */
    final Executor loop() {
        return loop;
    }

    /** Turns with the same key may run together. */
    abstract Object lane();

    final long samples() {
        return request.samples();
    }

    /** What runs of its model cost of late. */
    final RunCost cost() {
        return cost;
    }

    /** So many rows of its model have run, its own among them. */
    final void ran(long rows, RunTimes times) {
        counters.ran(rows, times);
        cost.measured(rows, times.inputNanos() + times.inferNanos() + times.outputNanos());
    }

    final Optional<Duration> timeout() {
        return request.queue().timeout();
    }

    /** The call's; null if it has none. */
    final Deadline deadline() {
        return deadline;
    }

    /** By which turns are ordered; on the clock of {@link System#nanoTime}. */
    final long dueNanos() {
        return arrivedNanos + request.queue().delayNanos();
    }

    final long arrivedNanos() {
        return arrivedNanos;
    }

    final long sinceArrival() {
        return System.nanoTime() - arrivedNanos;
    }

    final long queuedNanos() {
        return queuedNanos;
    }

    final void queuedNanos(long nanos) {
        queuedNanos = nanos;
    }

    /** What its run will cost, in nanoseconds, as part of a large batch if it may be one. */
    abstract long costNanos();

    /** How long the run that it is part of will take, in nanoseconds. */
    abstract long runNanos();

    /** Has it expire if it has not been claimed in time. */
    final void expireAfter(Duration timeout, ScheduledExecutorService clock, Runnable onExpiry) {
        expiry = clock.schedule(onExpiry, timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (claimed.get()) {
            // Its turn came before there was anything to cancel.
            expiry.cancel(false);
        }
    }

    /** Returns whether the caller may now do with it what it wants, and nobody else any more. */
    final boolean claim() {
        if (!claimed.compareAndSet(false, true)) {
            return false;
        }
        Future<?> pending = expiry;
        if (pending != null) {
            pending.cancel(false);
        }
        return true;
    }

    /** Whether somebody has claimed it already. */
    final boolean isClaimed() {
        return claimed.get();
    }

    /** Whether it has been waiting too long; the clock may be ahead of the thread that watches it. To be asked by who claimed it. */
    final boolean hasExpired() {
        return timeout().filter(timeout -> sinceArrival() >= timeout.toNanos()).isPresent();
    }

    final void complete(T result, long waitedNanos, RunTimes times) {
        counters.answered(waitedNanos, sinceArrival(), times);
        onLeave.run();
        emitter.complete(result);
    }

    final void fail(Throwable failure) {
        drop();
        emitter.fail(failure);
    }

    /** Ends it without telling anybody. */
    final void drop() {
        counters.failed(sinceArrival());
        onLeave.run();
    }
}
