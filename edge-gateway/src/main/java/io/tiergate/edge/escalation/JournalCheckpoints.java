package io.tiergate.edge.escalation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/**
 * SQLite's checkpoints, on a thread beside the writer: they write megabytes and force them to the disk, for which no promise should wait.
 * That thread never catches up with a writer that goes on, and SQLite begins its journal anew only once all of it is in the file. So the
 * writer itself brings the last few pages there, after a commit, once few are left.
 */
final class JournalCheckpoints implements Checkpoints {
    private static final Logger LOG = Logger.getLogger(JournalCheckpoints.class);
    private static final long EVERY_MILLIS = 50;
    /** So few are the writer's to bring. */
    private static final int REST_PAGES = 64;
    /** While the writer writes faster than that, it gets a larger rest. */
    private static final int PASSES = 4;

    private final Connection connection;
    private final int pages;
    private final Thread thread;
    private volatile boolean restDue;
    private volatile boolean closed;

    /**
     * @param connection of its own, may write; closed with this
     * @param pages in the journal, from which on they are brought into the file; above 0
     */
    JournalCheckpoints(Connection connection, int pages) {
        this.connection = connection;
        this.pages = pages;
        this.thread = Thread.ofPlatform().name("ledger-checkpoints").daemon().start(this::loop);
    }

    @Override
    public void committed(Connection writing) {
        if (restDue) {
            restDue = false;
            try (Statement statement = writing.createStatement()) {
                checkpoint(statement, "PASSIVE");
            } catch (SQLException e) {
                // What was committed stays in the journal.
                LOG.debugf("Journal's rest is brought into the file later: %s", e.getMessage());
            }
        }
        LockSupport.unpark(thread);
    }

    private void loop() {
        try (connection;
                Statement statement = connection.createStatement()) {
            while (!closed) {
                LockSupport.park(this);
                lookAfter(statement);
            }
        } catch (SQLException e) {
            LOG.warnf("Ledger's journal is shortened by its writer alone: %s", e.getMessage());
        } catch (InterruptedException e) {
            // Sent by close().
        }
    }

    private void lookAfter(Statement statement) throws InterruptedException {
        Thread.sleep(EVERY_MILLIS);
        try {
            int left = checkpoint(statement, "NOOP");
            if (left < pages || restDue) {
                return;
            }
            for (int pass = 0; pass < PASSES && left > REST_PAGES; pass++) {
                checkpoint(statement, "PASSIVE");
                left = checkpoint(statement, "NOOP");
            }
            restDue = true;
        } catch (SQLException e) {
            // The disk's trouble is the writer's to tell, who tries it again.
            LOG.debugf("Journal is brought into the file later: %s", e.getMessage());
        }
    }

    /** @return how many of the journal's pages are not in the file, as far as it is known */
    private static int checkpoint(Statement statement, String mode) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return row.next() ? row.getInt(2) - row.getInt(3) : 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
