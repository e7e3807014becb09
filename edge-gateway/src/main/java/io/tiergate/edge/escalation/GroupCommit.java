package io.tiergate.edge.escalation;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Writes groups of changes, each in one transaction: all of a group or, if the disk refuses, nothing; a change that is wrong by itself
 * fails alone. It waits for nothing but the disk, and goes by the clock that it is given. Used by one thread at a time, but for its
 * questions, which every thread may ask.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GroupCommit.class);

    /** A change that somebody asks for. */
    static final class Job<T> {
        private final LedgerWriter.Change<T> change;
        private final boolean patient;
        private final CompletableFuture<T> done = new CompletableFuture<>();
        private T result;

        /**
         * @param patient whether it may wait for others, and is worth no wait for the disk of its own
         */
        Job(LedgerWriter.Change<T> change, boolean patient) {
            this.change = change;
            this.patient = patient;
        }

        boolean isPatient() {
            return patient;
        }

        CompletableFuture<T> done() {
            return done;
        }

        private void run(LedgerTransaction transaction) throws SQLException {
            result = change.in(transaction);
        }

        private void committed() {
            done.complete(result);
        }

        private void failed(Exception cause) {
            done.completeExceptionally(new LedgerUnavailableException("outbox-failed", cause));
        }
    }

    private final Connection connection;
    private final Checkpoints checkpoints;
    private LedgerTransaction transaction;
    private final LedgerCounts.Tally tally;
    private final LongSupplier nanos;
    private final CommitPace pace = new CommitPace();
    private final DiskTrouble disk = new DiskTrouble();
    /** Whether the open transaction may hold what has failed, or statements that cannot be used any more. */
    private boolean unclean;

    private volatile LedgerCounts counts;

    /**
     * @param checkpoints closed before the connection
     * @param nanos a clock like {@link System#nanoTime}
     */
    GroupCommit(
            Connection connection,
            Checkpoints checkpoints,
            LedgerTransaction transaction,
            LedgerCounts.Tally tally,
            LongSupplier nanos) {
        this.connection = connection;
        this.checkpoints = checkpoints;
        this.transaction = transaction;
        this.tally = tally;
        this.nanos = nanos;
        this.counts = tally.counts();
    }

    LedgerCounts counts() {
        return counts;
    }

    boolean isFailing() {
        return disk.isFailing();
    }

    /** How long a disk that refuses is left alone yet, in nanoseconds; 0 or less: it may be tried. */
    long trialPauseNanos() {
        return disk.pauseNanos(nanos.getAsLong());
    }

    /** How long a commit has to wait so that it keeps its distance, in nanoseconds; 0 or less: it need not. */
    long commitPauseNanos() {
        return pace.pauseNanos(nanos.getAsLong());
    }

    /** What shows that the disk takes something: a change that needs room. */
    static Job<?> trial() {
        return new Job<>(
                transaction -> {
                    transaction.tryRoom();
                    return null;
                },
                false);
    }

    /** Writes a group, and completes every job of it, after the commit. */
    void write(List<Job<?>> group) {
        try {
            if (unclean) {
                rollBack();
            }
            for (Job<?> job : group) {
                job.run(transaction);
            }
            commit(group);
            group.forEach(Job::committed);
            checkpoints.committed(connection);
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
            disk.refused(nanos.getAsLong(), failure);
            group.forEach(job -> job.failed(failure));
        } else if (group.size() == 1) {
            LOG.warnf("Ledger could not be written: %s", failure.getMessage());
            group.get(0).failed(failure);
        } else {
            // One bad change must not fail its neighbours.
            group.forEach(job -> write(List.of(job)));
        }
    }

    private void commit(List<Job<?>> group) throws SQLException {
        connection.commit();
        transaction.committed(tally);
        counts = tally.counts();
        disk.written();
        int promises = 0;
        for (Job<?> job : group) {
            promises += job.isPatient() ? 0 : 1;
        }
        pace.committed(nanos.getAsLong(), promises);
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

    @Override
    public void close() throws SQLException {
        checkpoints.close();
        connection.close();
    }
}
