package io.tiergate.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The time of one schedule. It stands still while something happens, and then jumps to the next thing that is due; so hours pass in
 * milliseconds, and always in the same order. For one thread.
 */
public final class VirtualTime {
    /** A process, whose tasks end with it. */
    public static final class Owner {
        private final String name;
        private boolean dead;
        private long pausedUntil;

        public Owner(String name) {
            this.name = name;
        }

        public boolean isDead() {
            return dead;
        }

        /** From now on nothing of it happens any more, as after a {@code kill -9}. */
        public void kill() {
            dead = true;
        }

        void pauseUntil(long nanos) {
            pausedUntil = nanos;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Something that is due. */
    public static final class Task implements Comparable<Task> {
        private final Owner owner;
        private final Runnable work;
        private long at;
        private final long order;
        private boolean cancelled;

        private Task(Owner owner, Runnable work, long at, long order) {
            this.owner = owner;
            this.work = work;
            this.at = at;
            this.order = order;
        }

        public void cancel() {
            cancelled = true;
        }

        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** A schedule has some thousands. */
    private static final long MOST_TASKS = 5_000_000;

    private record Watcher(Owner owner, Runnable look) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final Owner world = new Owner("world");
    private Owner current = world;
    private long now;
    private long orders;
    private long happened;
    private long digest = 1;
    private Optional<Violation> violation = Optional.empty();

    /** Nanoseconds since the beginning. */
    public long nanos() {
        return now;
    }

    /** The process in which something happens just now. */
    public Owner current() {
        return current;
    }

    /** What belongs to no process, and so is never killed. */
    public Owner world() {
        return world;
    }

    /** In the process in which something happens just now. */
    public Task after(long delayNanos, Runnable work) {
        return after(current, delayNanos, work);
    }

    public Task after(Owner owner, long delayNanos, Runnable work) {
        Task task = new Task(owner, work, now + Math.max(0, delayNanos), orders++);
        tasks.add(task);
        return task;
    }

    /** Has a process look around after everything that happens, until it ends. */
    public void watch(Runnable look) {
        watchers.add(new Watcher(current, look));
    }

    /**
     * Ends the schedule: what was seen deep within the code that is simulated might be swallowed there.
     *
     * @throws Violation always
     */
    void violated(Violation seen) {
        violation = violation.or(() -> Optional.of(seen));
        throw seen;
    }

    /** Has something happen as a part of a process. */
    void as(Owner owner, Runnable work) {
        Owner before = current;
        current = owner;
        try {
            work.run();
        } finally {
            current = before;
        }
    }

    /**
     * Has the next thing happen.
     *
     * @return false if nothing is due until then; it is then that time
     * @throws Violation if one was seen meanwhile
     */
    boolean next(long untilNanos) {
        Task task = tasks.peek();
        if (task == null || task.at > untilNanos) {
            now = untilNanos;
            return false;
        }
        tasks.remove();
        now = Math.max(now, task.at);
        if (task.cancelled || task.owner.dead) {
            return true;
        }
        if (task.owner.pausedUntil > now) {
            task.at = task.owner.pausedUntil;
            tasks.add(task);
            return true;
        }
        if (++happened > MOST_TASKS) {
            throw new Violation("something happens again and again without end");
        }
        digest = 31 * (31 * digest + now) + task.order;
        as(task.owner, task.work);
        watchers.removeIf(watcher -> watcher.owner.dead);
        for (Watcher watcher : List.copyOf(watchers)) {
            as(watcher.owner, watcher.look);
        }
        if (violation.isPresent()) {
            throw violation.get();
        }
        return true;
    }

    /** The same for two schedules only if the same things happened at the same times. */
    long digest() {
        return digest;
    }

    @Override
    public String toString() {
        return Duration.ofNanos(now).toString();
    }
}
