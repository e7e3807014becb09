package io.tiergate.edge.escalation;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The one thread that writes the ledger. Whatever waits is written in one transaction, so that one wait for the disk serves many
 * promises: an idle ledger commits each promise at once and alone, a busy one commits in groups, at the distance of its {@link CommitPace}.
 * Once the disk refuses, the writer lets it alone for growing pauses ({@link DiskTrouble}) and tries by itself whether it takes something again.
 */
final class LedgerWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LedgerWriter.class);
    private static final int LARGEST_GROUP = 512;
    /** How long a note waits for others, or for a promise that it is written with. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A change within the writer's transaction. */
    interface Change<T> {
        T in(LedgerTransaction transaction) throws SQLException;
    }

    private final class Job<T> {
        private final Change<T> change;
        private final boolean patient;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private T result;

        Job(Change<T> change, boolean patient) {
            this.change = change;
            this.patient = patient;
        }

        void run() throws SQLException {
            result = change.in(transaction);
        }

        void committed() {
            done.complete(result);
        }

        void failed(Exception cause) {
            done.completeExceptionally(new LedgerUnavailableException("outbox-failed", cause));
        }
    }

    private final Connection connection;
    private LedgerTransaction transaction;
    private final int capacity;
    /** Bounded by {@link #submit}; also its lock, so that nothing can come in behind the end. */
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();

    private final LedgerCounts.Tally tally;
    private final CommitPace pace = new CommitPace();
    private final DiskTrouble disk = new DiskTrouble();
    /** Whether the open transaction may hold what has failed, or statements that cannot be used any more. */
    private boolean unclean;

    private final Thread thread;
    private volatile LedgerCounts counts;
    private volatile boolean closing;

    LedgerWriter(Connection connection, LedgerTransaction transaction, LedgerCounts.Tally tally, int queueCapacity) {
        this.connection = connection;
        this.transaction = transaction;
        this.capacity = queueCapacity;
        this.tally = tally;
        this.counts = tally.counts();
        this.thread = Thread.ofPlatform().name("ledger-writer").start(this::loop);
    }

    LedgerCounts counts() {
        return counts;
    }

    /** Whether the disk refuses: changes are refused at once then, until a trial of the writer's own gets through. */
    boolean isFailing() {
        return disk.isFailing();
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
            if (!job.patient && disk.pauseNanos(System.nanoTime()) > 0) {
                return refused("outbox-failed");
            }
            if (!job.patient && queue.size() >= capacity) {
                return refused("outbox-busy");
            }
            queue.add(job);
        }
        return job.done;
    }

    private static <T> CompletableFuture<T> refused(String reason) {
        return CompletableFuture.failedFuture(new LedgerUnavailableException(reason, null));
    }

    private void loop() {
        List<Job<?>> group = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                group.add(disk.isFailing() ? trial() : queue.take());
                queue.drainTo(group, LARGEST_GROUP - 1);
                awaitOthers(group);
            } catch (InterruptedException e) {
                // Sent by close(): the loop's condition decides whether anything is left to write.
            }
            if (!group.isEmpty()) {
                write(group);
            }
            group.clear();
        }
    }

    /** Waits until the disk is to be tried again, and returns what shows that it takes something: a change that needs room. */
    private Job<?> trial() throws InterruptedException {
        long pause = disk.pauseNanos(System.nanoTime());
        if (pause > 0 && !closing) {
            TimeUnit.NANOSECONDS.sleep(pause);
        }
        return new Job<>(
                transaction -> {
                    transaction.tryRoom();
                    return null;
                },
                false);
    }

    private void awaitOthers(List<Job<?>> group) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        int seen = 0;
        while (group.size() < LARGEST_GROUP) {
            for (; seen < group.size(); seen++) {
                if (!group.get(seen).patient) {
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
        long pause = pace.pauseNanos(System.nanoTime());
        if (pause > 0) {
            TimeUnit.NANOSECONDS.sleep(pause);
            queue.drainTo(group, LARGEST_GROUP - group.size());
        }
    }

    private void write(List<Job<?>> group) {
        try {
            if (unclean) {
                rollBack();
            }
            for (Job<?> job : group) {
                job.run();
            }
            commit();
            group.forEach(Job::committed);
        } catch (Error e) {
            // The writer's state is unknown now, and everybody waits for it. What was committed is on disk: a new
            // process goes on.
            LOG.fatal("Ledger cannot go on, ending the process", e);
            Runtime.getRuntime().halt(70);
        } catch (SQLException | RuntimeException e) {
            failed(group, e);
        }
    }

    private void failed(List<Job<?>> group, Exception failure) {
        boolean ofTheDisk = DiskTrouble.isCauseOf(failure);
        try {
            rollBack();
        } catch (SQLException e) {
            ofTheDisk = true;
        }
        if (ofTheDisk) {
            // One by one they would fail too, and each might take its time.
            disk.refused(System.nanoTime(), failure);
            group.forEach(job -> job.failed(failure));
        } else if (group.size() == 1) {
            LOG.warnf("Ledger could not be written: %s", failure.getMessage());
            group.get(0).failed(failure);
        } else {
            // One bad change must not fail its neighbours.
            group.forEach(job -> write(List.of(job)));
        }
    }

    private void commit() throws SQLException {
        connection.commit();
        transaction.committed(tally);
        counts = tally.counts();
        disk.written();
        pace.committed(System.nanoTime());
    }

    private void rollBack() throws SQLException {
        transaction.rolledBack();
        unclean = true;
        try {
            connection.rollback();
        } catch (SQLException e) {
            // On some failures SQLite has rolled back by itself and is in no transaction any more: without a new one
            // every statement would commit alone.
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN");
            }
        }
        transaction = transaction.renewed();
        unclean = false;
    }

    /** Writes what is waiting, then ends the thread and closes the connection. */
    @Override
    public void close() throws SQLException {
        synchronized (queue) {
            closing = true;
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
