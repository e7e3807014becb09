package io.tiergate.edge.escalation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.EscalatedSample;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/** The SQLite file behind the ledger: its schema and its connections. It can be opened by hand with the sqlite3 command. */
final class LedgerDatabase {
    /**
     * What leads from each format to the next, from an empty file on. Payloads lie in a table of their own, so that the small rows stay
     * close together and survive their payloads.
     */
    private static final List<List<String>> STEPS = List.of(
            List.of("""
        CREATE TABLE escalation (
          sequence         INTEGER PRIMARY KEY AUTOINCREMENT,
          id               TEXT    NOT NULL UNIQUE,
          state            INTEGER NOT NULL,
          purpose          INTEGER NOT NULL,
          attempt          INTEGER NOT NULL,
          reply_partition  INTEGER NOT NULL,
          model            TEXT    NOT NULL,
          version          INTEGER NOT NULL,
          edge_label_index INTEGER NOT NULL,
          edge_label       TEXT    NOT NULL,
          reason           TEXT    NOT NULL,
          created_at       INTEGER NOT NULL,
          verdict          BLOB,
          verdict_rank     INTEGER NOT NULL DEFAULT 0,
          verdict_revision INTEGER NOT NULL DEFAULT -1,
          decided_at       INTEGER NOT NULL DEFAULT 0
        ) STRICT""", "CREATE INDEX escalation_pending ON escalation (sequence) WHERE state = 1", """
        CREATE TABLE payload (
          sequence INTEGER PRIMARY KEY REFERENCES escalation (sequence),
          sample   BLOB NOT NULL
        ) STRICT""", """
        CREATE TABLE event (
          cursor     INTEGER PRIMARY KEY AUTOINCREMENT,
          sequence   INTEGER NOT NULL REFERENCES escalation (sequence),
          state      INTEGER NOT NULL,
          reason     TEXT    NOT NULL,
          verdict    BLOB,
          decided_at INTEGER NOT NULL
        ) STRICT""", """
        CREATE TABLE inbox (
          topic       TEXT    NOT NULL,
          partition   INTEGER NOT NULL,
          next_offset INTEGER NOT NULL,
          PRIMARY KEY (topic, partition)
        ) STRICT"""),
            // The envelope is the sample without its tensors: what a label that is reported late has to bring along.
            List.of("ALTER TABLE escalation ADD COLUMN envelope BLOB", """
        CREATE TABLE report (
          number   INTEGER PRIMARY KEY AUTOINCREMENT,
          sequence INTEGER NOT NULL UNIQUE REFERENCES escalation (sequence),
          label    BLOB    NOT NULL
        ) STRICT"""),
            // Of a parked sample: the ensemble's probability that the edge is wrong.
            List.of("ALTER TABLE escalation ADD COLUMN edge_wrong REAL"),
            // By running time. What was promised before there was such a time waits its full time from here on.
            List.of(
                    "ALTER TABLE escalation ADD COLUMN promised_at INTEGER NOT NULL DEFAULT 0",
                    "CREATE INDEX escalation_sent ON escalation (sequence) WHERE state = 2",
                    """
        CREATE TABLE clock (
          id             INTEGER PRIMARY KEY CHECK (id = 1),
          running_millis INTEGER NOT NULL
        ) STRICT""",
                    "INSERT INTO clock (id, running_millis) VALUES (1, 0)"),
            // Of what has a payload that may go: see Worth. Of earlier samples there is no more than their state and
            // purpose to judge by.
            List.of(
                    "ALTER TABLE escalation ADD COLUMN worth REAL",
                    """
        UPDATE escalation
        SET worth = CASE state WHEN 3 THEN -2 WHEN 2 THEN -1 ELSE CASE purpose WHEN 2 THEN 2 ELSE 0.5 END END
        WHERE state IN (1, 2, 3) AND sequence IN (SELECT sequence FROM payload)""",
                    "CREATE INDEX escalation_worth ON escalation (worth, sequence) WHERE worth IS NOT NULL"));

    /**
     * Of the journal, before they are brought into the file: 16 MiB, four times the default, so that the pages that nearly every promise
     * changes are brought there less often.
     */
    private static final int CHECKPOINT_PAGES = 4096;

    private final Path file;
    private final OutboxConfig.Sync sync;

    LedgerDatabase(Path file, OutboxConfig.Sync sync) {
        this.file = file;
        this.sync = sync;
    }

    /** A connection for the one writer; brings the schema up to this release. */
    Connection openForWriting() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(
                sync == OutboxConfig.Sync.FULL
                        ? SQLiteConfig.SynchronousMode.FULL
                        : SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(10_000);
        // Else the driver asks for the last row's number after every change.
        config.setGetGeneratedKeys(false);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        }
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            int version = statement.executeQuery("PRAGMA user_version").getInt(1);
            if (version > STEPS.size()) {
                throw new SQLException(
                        "ledger %s has format %d, made by a newer Tiergate (this one reads up to %d); run that version, or give another data folder"
                                .formatted(file, version, STEPS.size()));
            }
            for (List<String> step : STEPS.subList(version, STEPS.size())) {
                for (String ddl : step) {
                    statement.execute(ddl);
                }
            }
            if (version == 1) {
                keepEnvelopes(connection);
            }
            statement.execute("PRAGMA user_version = " + STEPS.size());
        }
        connection.commit();
        return connection;
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

    /** A connection that sees what is committed and never holds the writer up. */
    Connection openForReading() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(10_000);
        return config.createConnection("jdbc:sqlite:" + file);
    }
}
