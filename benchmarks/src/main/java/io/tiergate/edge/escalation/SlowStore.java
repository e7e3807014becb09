package io.tiergate.edge.escalation;

import io.tiergate.ledger.UnusableLedgerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;

/**
 * A disk that takes its time to force what was written: SQLite's commit hook, which is called before each commit on the thread that waits
 * for it, waits so much longer.
 */
record SlowStore(LedgerStore store, long commitMillis) implements LedgerStore {
    @Override
    public Connection openForWriting() throws SQLException, UnusableLedgerException {
        Connection connection = store.openForWriting();
        connection.unwrap(SQLiteConnection.class).addCommitListener(new SQLiteCommitListener() {
            @Override
            public void onCommit() {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(commitMillis);
                for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }

            @Override
            public void onRollback() {}
        });
        return connection;
    }

    @Override
    public Checkpoints checkpoints() throws SQLException {
        return store.checkpoints();
    }

    @Override
    public Connection openForReading() throws SQLException {
        return store.openForReading();
    }
}
