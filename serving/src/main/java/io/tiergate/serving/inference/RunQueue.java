package io.tiergate.serving.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns that wait for a thread, the most urgent first; of one lane as many are taken at once as may run together. Bounded. Safe on every
 * thread.
 */
final class RunQueue {
    /** Turns that may run together. */
    private static final class Lane {
        // Differences, because nanoTime may pass the range of long.
        private final PriorityQueue<Turn<?>> turns =
                new PriorityQueue<>(Comparator.comparingLong(turn -> turn.dueNanos() - ORIGIN));

        /** Null if there is none. */
        private Turn<?> first() {
            return turns.peek();
        }
    }

    private static final double LARGEST_SLOWDOWN = 100;
    private static final int SLOWDOWN_WEIGHT = 32;

    /** A batch that takes long makes everybody wait for the slowest: rows of a dear model gain nothing from each other's company. */
    static final long LONGEST_BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long ORIGIN = System.nanoTime();

    private final int capacity;
    private final long maxDelayNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<Object, Lane> lanes = new HashMap<>();
    private int size;
    private long waitingNanos;
    private long runningNanos;
    /** How much longer batches take than their runs alone are expected to. */
    private double slowdown = 1;

    private boolean closed;

    /**
     * What one thread shall run now.
     *
     * @param turns of one lane; none once the queue is closed and empty
     * @param nanos expected to be needed
     */
    record Batch(List<Turn<?>> turns, long nanos) {
        private static final Batch NONE = new Batch(List.of(), 0);
    }

    RunQueue(int capacity, Duration maxDelay) {
        this.capacity = capacity;
        this.maxDelayNanos = maxDelay.toNanos();
    }

    /** Returns whether there was room. */
    boolean offer(Turn<?> turn) {
        lock.lock();
        try {
            if (closed || size >= capacity) {
                return false;
            }
            lanes.computeIfAbsent(turn.lane(), lane -> new Lane()).turns.add(turn);
            size++;
            // Noted, because what a run costs is measured anew all the time.
            turn.queuedNanos(turn.costNanos());
            waitingNanos += turn.queuedNanos();
            filled.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a turn back, if it still waits. */
    void remove(Turn<?> turn) {
        lock.lock();
        try {
            Lane lane = lanes.get(turn.lane());
            if (lane != null && lane.turns.remove(turn)) {
                left(turn, lane);
            }
        } finally {
            lock.unlock();
        }
    }

    private void left(Turn<?> turn, Lane lane) {
        size--;
        waitingNanos -= turn.queuedNanos();
        if (lane.turns.isEmpty()) {
            lanes.remove(turn.lane());
        }
    }

    /**
     * Waits for turns. What is taken counts as work under way until it is {@link #done}.
     */
    Batch take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Lane lane = mostUrgent();
                if (lane == null) {
                    if (closed) {
                        return Batch.NONE;
                    }
                    filled.await();
                } else {
                    long delay = closed ? 0 : worthWaiting(lane);
                    if (delay <= 0) {
                        return batch(lane);
                    }
                    long unused = filled.awaitNanos(delay);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Lane mostUrgent() {
        Lane best = null;
        for (Lane lane : lanes.values()) {
            if (best == null || lane.first().dueNanos() - best.first().dueNanos() < 0) {
                best = lane;
            }
        }
        return best;
    }

    /** How long the lane's first may wait for others, in nanoseconds. */
    private long worthWaiting(Lane lane) {
        if (maxDelayNanos == 0 || !(lane.first() instanceof RowsTurn first)) {
            return 0;
        }
        long rows = 0;
        for (Turn<?> turn : lane.turns) {
            rows += turn.samples();
        }
        return rows >= first.session().mostRowsTogether() ? 0 : maxDelayNanos - first.sinceArrival();
    }

    private Batch batch(Lane lane) {
        List<Turn<?>> turns = new ArrayList<>();
        long rows = 0;
        long nanos = 0;
        do {
            Turn<?> turn = lane.turns.remove();
            left(turn, lane);
            turns.add(turn);
            rows += turn.samples();
            nanos += turn.queuedNanos();
        } while (lane.first() instanceof RowsTurn next && next.joins(rows, LONGEST_BATCH_NANOS));
        runningNanos += nanos;
        if (!lanes.isEmpty()) {
            // One signal woke this thread; what is left is another's.
            filled.signal();
        }
        return new Batch(turns, nanos);
    }

    /**
     * What was taken has been run.
     *
     * @param tookNanos really, with everything that was made of the answers, and while others had the processor
     */
    void done(Batch batch, long tookNanos) {
        lock.lock();
        try {
            runningNanos -= batch.nanos;
            if (batch.nanos > 0) {
                double ratio = Math.min((double) tookNanos / batch.nanos, LARGEST_SLOWDOWN);
                slowdown += (ratio - slowdown) / SLOWDOWN_WEIGHT;
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** What all that waits or is under way will cost, in nanoseconds of one thread, as slow as they are now. */
    long backlogNanos() {
        lock.lock();
        try {
            return slowed(waitingNanos + runningNanos);
        } finally {
            lock.unlock();
        }
    }

    /** The same without what is less urgent than a turn, which would run before that. Looks at everything that waits. */
    long backlogNanosBefore(Turn<?> turn) {
        lock.lock();
        try {
            long nanos = runningNanos;
            for (Lane lane : lanes.values()) {
                for (Turn<?> waiting : lane.turns) {
                    if (waiting.dueNanos() - turn.dueNanos() <= 0) {
                        nanos += waiting.queuedNanos();
                    }
                }
            }
            return slowed(nanos);
        } finally {
            lock.unlock();
        }
    }

    private long slowed(long nanos) {
        return (long) (nanos * Math.max(1, slowdown));
    }

    /** Takes no more; what waits is still given out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
