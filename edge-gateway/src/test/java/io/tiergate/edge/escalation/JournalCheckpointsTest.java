package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

class JournalCheckpointsTest {
    private static final int PAGES = 64;
    private static final int ROW_BYTES = 3000;
    /** Far more than is written while a checkpoint runs; the journal of so much in single rows, never begun anew, would be larger yet. */
    private static final long MUCH_BYTES = 128L << 20;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("ledger.db");
    }

    private Connection open() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(10_000);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = 0");
        }
        return connection;
    }

    private Connection openForWriting() throws SQLException {
        Connection connection = open();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE row (data BLOB)");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private static void write(Connection connection, Checkpoints checkpoints, int rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO row VALUES (zeroblob(?))")) {
            insert.setInt(1, ROW_BYTES);
            for (int i = 0; i < rows; i++) {
                insert.executeUpdate();
            }
        }
        connection.commit();
        checkpoints.committed(connection);
    }

    private long journalBytes() throws Exception {
        return Files.size(folder.resolve("ledger.db-wal"));
    }

    @Test
    void theJournalStaysShortUnderAWriterThatNeverPauses() throws Exception {
        try (Connection connection = openForWriting();
                Checkpoints checkpoints = new JournalCheckpoints(open(), PAGES)) {
            while (Files.size(file) < MUCH_BYTES) {
                write(connection, checkpoints, 1);
            }
            assertThat(journalBytes()).isLessThan(MUCH_BYTES);
        }
    }

    @Test
    void aWriterThatPausesHasItsJournalBroughtIntoTheFile() throws Exception {
        try (Connection connection = openForWriting();
                Checkpoints checkpoints = new JournalCheckpoints(open(), PAGES)) {
            write(connection, checkpoints, 10 * PAGES);
            Awaitility.await().untilAsserted(() -> assertThat(Files.size(file)).isGreaterThan(10L * PAGES * ROW_BYTES));
        }
    }

    @Test
    void whatIsClosedLeavesTheWriterItsJournal() throws Exception {
        try (Connection connection = openForWriting()) {
            Checkpoints checkpoints = new JournalCheckpoints(open(), PAGES);
            checkpoints.close();
            write(connection, checkpoints, 10 * PAGES);
            assertThat(journalBytes()).isGreaterThan(10L * PAGES * ROW_BYTES);
        }
    }
}
