package io.tiergate.edge.escalation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.ledger.UnusableLedgerException;
import io.tiergate.proto.v1.EscalatedSample;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;

/** The connections to the SQLite file behind the ledger. It can be opened by hand with the sqlite3 command. */
final class LedgerDatabase implements LedgerStore {
    /**
     * Of the journal, before they are brought into the file: 16 MiB, four times the default, so that the pages that nearly every promise
     * changes are brought there less often.
     */
    private static final int CHECKPOINT_PAGES = 4096;

    /** Before the writer itself brings them all there, should the thread that does it lag behind: the journal must not grow for ever. */
    private static final int LARGEST_JOURNAL_PAGES = 4 * CHECKPOINT_PAGES;

    private final LedgerFolder folder;
    private final OutboxConfig.Sync sync;

    LedgerDatabase(LedgerFolder folder, OutboxConfig.Sync sync) {
        this.folder = folder;
        this.sync = sync;
    }

    @Override
    public Connection openForWriting() throws SQLException, UnusableLedgerException {
        lookBeforeWriting();
        Connection connection = connectForWriting();
        try {
            prepare(connection);
            return connection;
        } catch (SQLException | UnusableLedgerException e) {
            connection.close();
            throw e;
        }
    }

    private Connection connectForWriting() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                sync == OutboxConfig.Sync.FULL
                        ? SQLiteConfig.SynchronousMode.FULL
                        : SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(10_000);
        // Else the driver asks for the last row's number after every change.
        config.setGetGeneratedKeys(false);
        return config.createConnection("jdbc:sqlite:" + folder.file());
    }

    @Override
    public Checkpoints checkpoints() throws SQLException {
        return new JournalCheckpoints(connectForWriting(), CHECKPOINT_PAGES);
    }

    /** Opening for writing changes a file's journal mode: it must not be another program's. */
    private void lookBeforeWriting() throws SQLException, UnusableLedgerException {
        folder.check();
        if (Files.exists(folder.file())) {
            try (Connection connection = openForReading()) {
                folder.format(connection);
            }
        }
    }

    private void prepare(Connection connection) throws SQLException, UnusableLedgerException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = " + LARGEST_JOURNAL_PAGES);
        }
        connection.setAutoCommit(false);
        int format = folder.format(connection);
        LedgerFormat.upgrade(connection, format, LedgerFormat.newest());
        if (format == 1) {
            keepEnvelopes(connection);
        }
        connection.commit();
    }

    /** Of the samples that are still there; of the others there is nothing left. */
    private static void keepEnvelopes(Connection connection) throws SQLException {
        try (Statement reading = connection.createStatement();
                ResultSet payloads = reading.executeQuery("SELECT sequence, sample FROM payload");
                PreparedStatement writing =
                        connection.prepareStatement("UPDATE escalation SET envelope = ? WHERE sequence = ?")) {
            while (payloads.next()) {
                EscalatedSample sample = EscalatedSample.parseFrom(payloads.getBytes(2));
                writing.setBytes(1, envelope(sample));
                writing.setLong(2, payloads.getLong(1));
                writing.executeUpdate();
            }
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("ledger holds a sample that cannot be read", e);
        }
    }

    /** A sample without its tensors. */
    static byte[] envelope(EscalatedSample sample) {
        return sample.toBuilder().clearPayload().build().toByteArray();
    }

    @Override
    public Connection openForReading() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        return config.createConnection("jdbc:sqlite:" + folder.file());
    }
}
