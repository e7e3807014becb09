package io.tiergate.serving.inference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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

        private Turn<?> first() {
            return turns.peek();
        }
    }

    private static final long ORIGIN = System.nanoTime();

    private final int capacity;
    private final long maxDelayNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Map<Object, Lane> lanes = new HashMap<>();
    private int size;
    private long backlogNanos;
    private boolean closed;

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
            backlogNanos += turn.costNanos();
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
        // What a run costs is measured anew all the time.
        backlogNanos = size == 0 ? 0 : Math.max(0, backlogNanos - turn.costNanos());
        if (lane.turns.isEmpty()) {
            lanes.remove(turn.lane());
        }
    }

    /**
     * Waits for turns.
     *
     * @return of one lane; none once the queue is closed and empty
     */
    List<Turn<?>> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Lane lane = mostUrgent();
                if (lane == null) {
                    if (closed) {
                        return List.of();
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

    private List<Turn<?>> batch(Lane lane) {
        List<Turn<?>> batch = new ArrayList<>();
        long room = 0;
        do {
            Turn<?> turn = lane.turns.remove();
            left(turn, lane);
            if (batch.isEmpty()) {
                room = turn instanceof RowsTurn rows ? rows.session().mostRowsTogether() : 1;
            }
            batch.add(turn);
            room -= turn.samples();
        } while (!lane.turns.isEmpty() && lane.first().samples() <= room);
        if (!lanes.isEmpty()) {
            // One signal woke this thread; what is left is another's.
            filled.signal();
        }
        return batch;
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** What the runs of all that waits will cost, in nanoseconds of one thread. */
    long backlogNanos() {
        lock.lock();
        try {
            return backlogNanos;
        } finally {
            lock.unlock();
        }
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
