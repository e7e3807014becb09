package io.tiergate.edge.escalation;

import io.tiergate.edge.escalation.GroupCommit.Job;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What is to be written, and when. Whatever waits is written in one transaction ({@link GroupCommit}), so that one wait for the disk
 * serves many promises: an idle ledger commits each promise at once and alone, a busy one commits in groups, at the distance of its
 * {@link CommitPace}. Once the disk refuses, the writer lets it alone for growing pauses ({@link DiskTrouble}) and tries by itself whether
 * it takes something again.
 */
final class LedgerWriter implements AutoCloseable {
    private static final int LARGEST_GROUP = 512;
    /** How long a note waits for others, or for a promise that it is written with. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A change within the writer's transaction. */
    interface Change<T> {
        T in(LedgerTransaction transaction) throws SQLException;
    }

    private final GroupCommit commits;
    private final int capacity;
    /** Bounded by {@link #submit}; also its lock, so that nothing can come in behind the end. */
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();

    private final Runnable end;
    private volatile boolean closing;

    /**
     * @param platform starts what writes, by {@link #loop} or by {@link #writeWaiting}
     */
    LedgerWriter(GroupCommit commits, int queueCapacity, LedgerPlatform platform) {
        this.commits = commits;
        this.capacity = queueCapacity;
        this.end = platform.startWriting(this);
    }

    LedgerCounts counts() {
        return commits.counts();
    }

    /** Whether the disk refuses: changes are refused at once then, until a trial of the writer's own gets through. */
    boolean isFailing() {
        return commits.isFailing();
    }

    /**
     * Asks for a change.
     *
     * @return completed on the writer's thread once the change is committed; fails with {@link LedgerUnavailableException} at once
     *     if too much is waiting or the disk has refused just now, and later if it refuses this
     */
    <T> CompletableFuture<T> submit(Change<T> change) {
        return submit(new Job<>(change, false));
    }

    /**
     * The same for a note, a change that nobody waits for, and that may as well be made twice: it is not worth a wait for the disk of its
     * own. It is not refused where too much is waiting: whoever makes notes bounds how many are on their way.
     */
    <T> CompletableFuture<T> submitPatiently(Change<T> change) {
        return submit(new Job<>(change, true));
    }

    private <T> CompletableFuture<T> submit(Job<T> job) {
        synchronized (queue) {
            if (closing) {
                return refused("shutting-down");
            }
            if (!job.isPatient() && commits.trialPauseNanos() > 0) {
                return refused("outbox-failed");
            }
            if (!job.isPatient() && queue.size() >= capacity) {
                return refused("outbox-busy");
            }
            queue.add(job);
        }
        return job.done();
    }

    private static <T> CompletableFuture<T> refused(String reason) {
        return CompletableFuture.failedFuture(new LedgerUnavailableException(reason, null));
    }

    /** Writes what is submitted, until the writer is closed and nothing waits any more. Blocks; for one thread, which an interrupt wakes. */
    void loop() {
        List<Job<?>> group = new ArrayList<>();
        while (!closing || hasWork()) {
            try {
                group.add(commits.isFailing() ? trial() : queue.take());
                queue.drainTo(group, LARGEST_GROUP - 1);
                awaitOthers(group);
            } catch (InterruptedException e) {
                // Sent by close(): the loop's condition decides whether anything is left to write.
            }
            if (!group.isEmpty()) {
                commits.write(group);
            }
            group.clear();
        }
    }

    boolean hasWork() {
        return !queue.isEmpty();
    }

    /**
     * Writes what waits just now as one group, without waiting for more, behind a trial if the disk refuses; for whoever calls it again
     * and again in place of the loop. One thread at a time.
     *
     * @param most above 0
     */
    void writeWaiting(int most) {
        List<Job<?>> group = new ArrayList<>();
        if (commits.isFailing()) {
            group.add(GroupCommit.trial());
        }
        queue.drainTo(group, most);
        if (!group.isEmpty()) {
            commits.write(group);
        }
    }

    /** Until a disk that refuses is tried again, in nanoseconds; 0 or less: at once. */
    long trialPauseNanos() {
        return commits.trialPauseNanos();
    }

    /** Waits until the disk is to be tried again. */
    private Job<?> trial() throws InterruptedException {
        long pause = commits.trialPauseNanos();
        if (pause > 0 && !closing) {
            TimeUnit.NANOSECONDS.sleep(pause);
        }
        return GroupCommit.trial();
    }

    private void awaitOthers(List<Job<?>> group) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        int seen = 0;
        while (group.size() < LARGEST_GROUP) {
            for (; seen < group.size(); seen++) {
                if (!group.get(seen).isPatient()) {
                    keepPace(group);
                    return;
                }
            }
            Job<?> next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                return;
            }
            group.add(next);
            queue.drainTo(group, LARGEST_GROUP - group.size());
        }
    }

    private void keepPace(List<Job<?>> group) throws InterruptedException {
        long pause = commits.commitPauseNanos();
        if (pause > 0) {
            TimeUnit.NANOSECONDS.sleep(pause);
            queue.drainTo(group, LARGEST_GROUP - group.size());
        }
    }

    /** Writes what is waiting, then ends the thread and closes the connection. */
    @Override
    public void close() throws SQLException {
        synchronized (queue) {
            closing = true;
        }
        end.run();
        commits.close();
    }
}
