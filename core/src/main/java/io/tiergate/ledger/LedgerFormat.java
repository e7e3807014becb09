package io.tiergate.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The schema of a ledger, in every format that there ever was. States and purposes are stored as the numbers of {@code tiergate.v1}. */
public final class LedgerFormat {
    /** Has every escalation point to its newest event; a repair does it anew. */
    public static final String NOTE_LAST_EVENTS = """
        UPDATE escalation SET last_event = newest.cursor
        FROM (SELECT sequence, max(cursor) AS cursor FROM event GROUP BY sequence) AS newest
        WHERE escalation.sequence = newest.sequence""";

    /**
     * Has every payload that may go be worth what its state says, and nothing else be worth anything; what waits and is worth something
     * keeps that. A repair does it anew.
     */
    public static final String NOTE_WORTH = """
        UPDATE escalation
        SET worth = CASE
          WHEN state NOT IN (1, 2, 3) OR sequence NOT IN (SELECT sequence FROM payload) THEN NULL
          WHEN state = 3 THEN -2 WHEN state = 2 THEN -1
          WHEN worth BETWEEN 0 AND 2 THEN worth
          ELSE CASE purpose WHEN 2 THEN 2 ELSE 0.5 END END
        WHERE worth IS NOT NULL OR (state IN (1, 2, 3) AND sequence IN (SELECT sequence FROM payload))""";

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
                    NOTE_WORTH,
                    "CREATE INDEX escalation_worth ON escalation (worth, sequence) WHERE worth IS NOT NULL"),
            // By running time, of the last time. What was sent before this was kept counts as sent now.
            List.of(
                    "ALTER TABLE escalation ADD COLUMN sent_at INTEGER",
                    "UPDATE escalation SET sent_at = (SELECT running_millis FROM clock) WHERE state = 2",
                    "CREATE INDEX escalation_asked ON escalation (attempt, sent_at) WHERE state = 2"),
            // Candidates for a claim check are few among many payloads.
            List.of("CREATE INDEX payload_large ON payload (sequence) WHERE length(sample) > 65536"),
            // What has ended is removed when its history is over. What changed before its time was noted stays for the
            // whole of that time from here on.
            List.of(
                    "ALTER TABLE event ADD COLUMN happened_at INTEGER NOT NULL DEFAULT 0",
                    "UPDATE event SET happened_at = (SELECT running_millis FROM clock)",
                    "ALTER TABLE escalation ADD COLUMN last_event INTEGER",
                    NOTE_LAST_EVENTS,
                    """
        CREATE TABLE removed (
          purpose INTEGER NOT NULL,
          state   INTEGER NOT NULL,
          count   INTEGER NOT NULL,
          PRIMARY KEY (purpose, state)
        ) STRICT"""));

    private LedgerFormat() {}

    /** The newest format; the first is 1. */
    public static int newest() {
        return STEPS.size();
    }

    /**
     * Brings a database to a format, in the transaction that is open or else statement by statement. Only the schema: what is stored is
     * left as it is.
     *
     * @param from 0 for an empty database
     * @param to at most {@link #newest()}
     */
    public static void upgrade(Connection connection, int from, int to) throws SQLException {
        if (from == to) {
            // Not even the number is written again: a file that turns out to be damaged is left as it was found.
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (List<String> step : STEPS.subList(from, to)) {
                for (String ddl : step) {
                    statement.execute(ddl);
                }
            }
            statement.execute("PRAGMA user_version = " + to);
        }
    }
}
