package io.tiergate.cli.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.proto.v1.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** Makes what was copied out of a damaged ledger agree: rows, payloads, labels and events. */
final class Reconciliation {
    /** How far a state is: what is further cannot be older. A verdict revises every other end. */
    private static final String RANK =
            "(CASE %1$s.state WHEN 4 THEN 5 WHEN 5 THEN 4 WHEN 6 THEN 4 WHEN 7 THEN 4 ELSE %1$s.state END)";

    private static final String NEWEST_EVENTS = """
            CREATE TEMP TABLE newest AS
            SELECT sequence, state, reason, verdict, decided_at, max(cursor) AS cursor FROM event GROUP BY sequence""";

    private final Connection ledger;
    private final int format;

    private Reconciliation(Connection ledger, int format) {
        this.ledger = ledger;
        this.format = format;
    }

    /**
     * Does it, within the transaction that is open.
     *
     * @return of the escalations whose sample is lost before they ended, how many were in which state
     */
    static Map<Integer, Long> run(Connection ledger, int format) throws SQLException {
        return new Reconciliation(ledger, format).run();
    }

    private Map<Integer, Long> run() throws SQLException {
        dropUnreadable();
        execute(NEWEST_EVENTS);
        execute("CREATE UNIQUE INDEX temp.newest_sequence ON newest (sequence)");
        followEvents();
        String labels = format >= 2 ? " AND sequence NOT IN (SELECT sequence FROM report)" : "";
        execute("DELETE FROM payload WHERE sequence IN (SELECT sequence FROM escalation WHERE state NOT IN (1, 2, 3))"
                + labels);
        Map<Integer, Long> lost = endWithoutSample();
        if (format >= 5) {
            // What is worth something without waiting would pass for the best that waits, and hold the relay up.
            execute(LedgerFormat.NOTE_WORTH);
        }
        // What was lost of the events is told once more: watchers may hear of a change twice, but of each once at
        // least.
        execute("""
                INSERT INTO event (sequence, state, reason, verdict, decided_at)
                SELECT e.sequence, e.state, e.reason, e.verdict, e.decided_at FROM escalation e LEFT JOIN newest n USING (sequence)
                WHERE e.state NOT IN (1, 2) AND n.state IS NOT e.state ORDER BY e.sequence""");
        execute("DROP TABLE temp.newest");
        if (format >= 8) {
            history();
        }
        return lost;
    }

    private void execute(String change) throws SQLException {
        try (Statement statement = ledger.createStatement()) {
            statement.execute(change);
        }
    }

    private void dropUnreadable() throws SQLException {
        execute(
                "DELETE FROM event WHERE state NOT BETWEEN 1 AND 7 OR sequence NOT IN (SELECT sequence FROM escalation)");
        drop("event", "cursor", "SELECT cursor, verdict FROM event WHERE state = 4", Reconciliation::isVerdict);
        if (format >= 2) {
            execute(
                    "DELETE FROM report WHERE sequence NOT IN (SELECT sequence FROM escalation WHERE envelope IS NOT NULL)");
            drop("report", "number", "SELECT number, label FROM report", Reconciliation::isLabel);
        }
    }

    /** Nothing is forgotten before its time, nor kept for ever, and no more is counted than was promised. */
    private void history() throws SQLException {
        execute("""
                UPDATE event SET happened_at = (SELECT running_millis FROM clock)
                WHERE happened_at NOT BETWEEN 1 AND (SELECT running_millis FROM clock)""");
        execute("UPDATE escalation SET last_event = NULL");
        execute(LedgerFormat.NOTE_LAST_EVENTS);
        execute("DELETE FROM removed WHERE purpose NOT IN (1, 2) OR state NOT BETWEEN 4 AND 7 OR count < 1");
        execute("""
                DELETE FROM removed WHERE (SELECT sum(count) FROM removed) + (SELECT count(*) FROM escalation)
                > (SELECT seq FROM sqlite_sequence WHERE name = 'escalation')""");
    }

    private interface Rule {
        boolean holdsFor(byte[] stored);
    }

    private static boolean isVerdict(byte[] stored) {
        return stored != null && StoredEscalation.isVerdict(ByteString.copyFrom(stored));
    }

    private static boolean isLabel(byte[] stored) {
        return stored != null && StoredEscalation.isLabel(ByteString.copyFrom(stored));
    }

    private void drop(String table, String key, String question, Rule rule) throws SQLException {
        execute("CREATE TEMP TABLE dropped (key INTEGER PRIMARY KEY)");
        try (Statement select = ledger.createStatement();
                ResultSet rows = select.executeQuery(question);
                PreparedStatement note = ledger.prepareStatement("INSERT INTO temp.dropped VALUES (?)")) {
            while (rows.next()) {
                if (!rule.holdsFor(rows.getBytes(2))) {
                    note.setLong(1, rows.getLong(1));
                    note.executeUpdate();
                }
            }
        }
        execute("DELETE FROM %s WHERE %s IN (SELECT key FROM temp.dropped)".formatted(table, key));
        execute("DROP TABLE temp.dropped");
    }

    /** An event that is further than its row is newer than what is left of the row; a row that only its id is left of knows nothing. */
    private void followEvents() throws SQLException {
        try (Statement select = ledger.createStatement();
                ResultSet rows = select.executeQuery(
                        "SELECT n.sequence, n.state, n.reason, n.verdict, n.decided_at FROM newest n JOIN escalation e USING (sequence) WHERE (%1$s > %2$s AND NOT (n.state = 3 AND e.attempt > 1)) OR (%1$s = %2$s AND e.reason = '%3$s')"
                                .formatted(RANK.formatted("n"), RANK.formatted("e"), Salvage.LOST));
                PreparedStatement update = ledger.prepareStatement(
                        "UPDATE escalation SET state = ?, reason = ?, verdict = ?, decided_at = ?, verdict_rank = ?, verdict_revision = ? WHERE sequence = ?")) {
            while (rows.next()) {
                byte[] stored = rows.getBytes(4);
                boolean decided = isVerdict(stored);
                Verdict.Final verdict = decided ? verdict(stored) : Verdict.Final.getDefaultInstance();
                update.setInt(1, rows.getInt(2));
                update.setString(2, rows.getString(3));
                update.setBytes(3, decided ? stored : null);
                update.setLong(4, rows.getLong(5));
                update.setInt(5, verdict.getRank());
                update.setInt(6, decided ? verdict.getRevision() : -1);
                update.setLong(7, rows.getLong(1));
                update.executeUpdate();
            }
        }
    }

    private static Verdict.Final verdict(byte[] stored) throws SQLException {
        try {
            return Verdict.Final.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("a verdict cannot be read", "", Damage.CORRUPT, e);
        }
    }

    /**
     * What waits and has lost its sample can never be sent; a verdict that still comes revises this end. What was sent can do without, also
     * where it is asked about again: its payload may have been evicted.
     */
    private Map<Integer, Long> endWithoutSample() throws SQLException {
        String without = " FROM escalation WHERE state = 1 AND sequence NOT IN (SELECT sequence FROM payload)"
                + (format >= 2 ? " AND NOT (attempt > 1 AND envelope IS NOT NULL)" : "");
        Map<Integer, Long> lost = new TreeMap<>();
        try (Statement statement = ledger.createStatement();
                ResultSet rows = statement.executeQuery("SELECT state, count(*)" + without + " GROUP BY state")) {
            while (rows.next()) {
                lost.put(rows.getInt(1), rows.getLong(2));
            }
        }
        execute("UPDATE escalation SET state = 7, reason = '%s' WHERE sequence IN (SELECT sequence%s)"
                .formatted(Salvage.LOST, without));
        return lost;
    }
}
