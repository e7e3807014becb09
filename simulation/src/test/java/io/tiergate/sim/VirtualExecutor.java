package io.tiergate.sim;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Threads in a virtual time: what they are given happens after a small delay, on the one thread that there is. */
public final class VirtualExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final Supplier<VirtualTime> time;
    private final LongSupplier delayNanos;
    private final boolean inOrder;
    private final int capacity;
    private long latest;
    private int waiting;
    private boolean shutdown;

    private VirtualExecutor(Supplier<VirtualTime> time, LongSupplier delayNanos, boolean inOrder, int capacity) {
        this.time = time;
        this.delayNanos = delayNanos;
        this.inOrder = inOrder;
        this.capacity = capacity;
    }

    /** Many threads: what they are given may overtake each other. */
    static VirtualExecutor threads(Supplier<VirtualTime> time, LongSupplier delayNanos) {
        return new VirtualExecutor(time, delayNanos, false, Integer.MAX_VALUE);
    }

    /**
     * One thread.
     *
     * @param capacity what may wait for it; more is refused
     */
    public static VirtualExecutor thread(VirtualTime time, LongSupplier delayNanos, int capacity) {
        return new VirtualExecutor(() -> time, delayNanos, true, capacity);
    }

    @Override
    public void execute(Runnable command) {
        if (shutdown || waiting >= capacity) {
            throw new RejectedExecutionException("full, or shut down");
        }
        VirtualTime clock = time.get();
        long at = clock.nanos() + delayNanos.getAsLong();
        if (inOrder) {
            at = Math.max(at, latest);
            latest = at;
        }
        waiting++;
        clock.after(at - clock.nanos(), () -> {
            waiting--;
            command.run();
        });
    }

    private final class Later<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long at;

        Later(Callable<V> work, long at) {
            super(work);
            this.at = at;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - time.get().nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    return null;
                },
                delay,
                unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        VirtualTime clock = time.get();
        long nanos = unit.toNanos(delay) + delayNanos.getAsLong();
        Later<V> later = new Later<>(work, clock.nanos() + nanos);
        clock.after(nanos, () -> {
            if (!shutdown) {
                later.run();
            }
        });
        return later;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        VirtualTime clock = time.get();
        long periodNanos = unit.toNanos(period);
        Later<Void> ending = new Later<>(() -> null, Long.MAX_VALUE);
        Runnable[] turn = new Runnable[1];
        turn[0] = () -> {
            if (!shutdown && !ending.isCancelled()) {
                command.run();
                clock.after(periodNanos, turn[0]);
            }
        };
        clock.after(unit.toNanos(initialDelay), turn[0]);
        return ending;
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nothing that is simulated does so");
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
