package io.tiergate.edge.escalation;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * The one thread that writes the ledger. Whatever waits is written in one transaction, so that one wait for the disk serves many
 * promises: an idle ledger commits each promise alone, a busy one commits in groups, without a timer.
 */
final class LedgerWriter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LedgerWriter.class);
    private static final int LARGEST_GROUP = 512;

    /** A change within the writer's transaction. */
    interface Change<T> {
        T in(LedgerTransaction transaction) throws SQLException;
    }

    private final class Job<T> {
        private final Change<T> change;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private T result;

        Job(Change<T> change) {
            this.change = change;
        }

        void run() throws SQLException {
            result = change.in(transaction);
        }

        void committed() {
            done.complete(result);
        }
    }

    private final Connection connection;
    private final LedgerTransaction transaction;
    private final BlockingQueue<Job<?>> queue;
    private final LedgerCounts.Tally tally;
    private final Thread thread;
    private volatile LedgerCounts counts;
    private volatile boolean closing;

    LedgerWriter(Connection connection, LedgerCounts.Tally tally, int queueCapacity) throws SQLException {
        this.connection = connection;
        this.transaction = new LedgerTransaction(connection);
        this.queue = new ArrayBlockingQueue<>(queueCapacity);
        this.tally = tally;
        this.counts = tally.counts();
        this.thread = Thread.ofPlatform().name("ledger-writer").start(this::loop);
    }

    LedgerCounts counts() {
        return counts;
    }

    /**
     * Asks for a change.
     *
     * @return completed on the writer's thread once the change is committed; fails with {@link LedgerUnavailableException} at once
     *     if too much is waiting, and later if the disk refuses
     */
    <T> CompletableFuture<T> submit(Change<T> change) {
        Job<T> job = new Job<>(change);
        if (closing || !queue.offer(job)) {
            return CompletableFuture.failedFuture(
                    new LedgerUnavailableException(closing ? "shutting-down" : "outbox-busy", null));
        }
        return job.done;
    }

    private void loop() {
        List<Job<?>> group = new ArrayList<>();
        while (!closing || !queue.isEmpty()) {
            try {
                group.add(queue.take());
                queue.drainTo(group, LARGEST_GROUP - 1);
                write(group);
            } catch (InterruptedException e) {
                // Sent by close(): the loop's condition decides whether anything is left to write.
            } finally {
                group.clear();
            }
        }
    }

    private void write(List<Job<?>> group) {
        try {
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
            rollBack();
            if (group.size() == 1) {
                LOG.warnf("Ledger could not be written: %s", e.getMessage());
                group.get(0).done.completeExceptionally(new LedgerUnavailableException("outbox-failed", e));
            } else {
                // One bad change must not fail its neighbours.
                group.forEach(job -> write(List.of(job)));
            }
        }
    }

    private void commit() throws SQLException {
        connection.commit();
        transaction.changes().forEach(change -> change.on(tally));
        transaction.reset();
        counts = tally.counts();
    }

    private void rollBack() {
        transaction.reset();
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.warnf("Ledger could not be rolled back: %s", e.getMessage());
        }
    }

    /** Writes what is waiting, then ends the thread and closes the connection. */
    @Override
    public void close() throws SQLException {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
