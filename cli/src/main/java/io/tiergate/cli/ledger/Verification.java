package io.tiergate.cli.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checks that a ledger's sums add up and that every row is as the gateway writes it. It sees one instant, whatever a running gateway
 * does meanwhile, and holds one row at a time.
 */
final class Verification {
    private static final int PROGRESS_ROWS = 10_000;

    private final LedgerFile ledger;
    private final Progress progress;
    private final Problems problems = new Problems();
    private final Map<Integer, Long> byState = new TreeMap<>();
    private long escalated;
    private long audited;
    private long payloads;
    private long payloadBytes;
    private long labels;
    private long given;
    private long removed;

    /** Told now and then how many escalations have been looked at. */
    interface Progress {
        void at(long escalations);
    }

    private Verification(LedgerFile ledger, Progress progress) {
        this.ledger = ledger;
        this.progress = progress;
    }

    /** Looks at all of it; never fails on damage, but tells it. */
    static Verification of(LedgerFile ledger, Progress progress) {
        Verification verification = new Verification(ledger, progress);
        verification.database();
        verification.rows();
        verification.sums();
        return verification;
    }

    Problems problems() {
        return problems;
    }

    Map<Integer, Long> byState() {
        return byState;
    }

    /** How many escalations were promised ever, as far as the ledger knows. */
    long given() {
        return given;
    }

    long promised() {
        return escalated + audited;
    }

    private interface Check {
        void on(Connection connection) throws SQLException;
    }

    private void check(String what, Check check) {
        try {
            check.on(ledger.connection());
        } catch (SQLException e) {
            problems.add("%s: %s".formatted(what, Damage.message(e)));
        }
    }

    private void database() {
        check("the database cannot be checked", connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
                while (rows.next()) {
                    String found = rows.getString(1);
                    if (!found.equals("ok")) {
                        found.lines().forEach(line -> problems.add("database: " + line));
                    }
                }
            }
        });
        check("the references cannot be checked", connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("PRAGMA foreign_key_check")) {
                while (rows.next()) {
                    problems.add("%s %d is of no escalation".formatted(rows.getString(1), rows.getLong(2)));
                }
            }
        });
    }

    private void rows() {
        check("not all escalations can be read", connection -> {
            // One transaction for both answers: they are of one instant.
            connection.setAutoCommit(false);
            try (Statement escalations = connection.createStatement();
                    LastEvents events = new LastEvents(connection);
                    ResultSet rows = escalations.executeQuery("""
                            SELECT e.sequence, e.id, e.state, e.purpose, e.attempt, %s, e.verdict, p.sample, %s
                            FROM escalation e LEFT JOIN payload p USING (sequence) %s ORDER BY e.sequence""".formatted(
                                    ledger.envelope(),
                                    ledger.hasReports() ? "r.label" : "NULL",
                                    ledger.hasReports() ? "LEFT JOIN report r USING (sequence)" : ""))) {
                long looked = 0;
                while (rows.next()) {
                    StoredEscalation row = new StoredEscalation(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getInt(3),
                            rows.getInt(4),
                            rows.getInt(5),
                            bytes(rows, 6),
                            bytes(rows, 7),
                            bytes(rows, 8),
                            bytes(rows, 9));
                    add(row);
                    row.problems().forEach(problem -> problems.add("%s %s".formatted(row.id(), problem)));
                    events.problem(row).ifPresent(problem -> problems.add("%s %s".formatted(row.id(), problem)));
                    if (++looked % PROGRESS_ROWS == 0) {
                        progress.at(looked);
                    }
                }
                if (ledger.hasRemoved()) {
                    addRemoved(connection);
                }
                given = given(connection, "escalation");
                numbers(connection, "escalation", "sequence");
                numbers(connection, "event", "cursor");
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    private static Optional<ByteString> bytes(ResultSet rows, int column) throws SQLException {
        return Optional.ofNullable(rows.getBytes(column)).map(UnsafeByteOperations::unsafeWrap);
    }

    private void add(StoredEscalation row) {
        add(row.state(), row.purpose(), 1);
        if (row.payload().isPresent()) {
            payloads++;
            payloadBytes += row.payload().get().size();
        }
        if (row.label().isPresent()) {
            labels++;
        }
    }

    private void add(int state, int purpose, long count) {
        byState.merge(state, count, Long::sum);
        // As the gateway counts: who is not audited is escalated.
        if (purpose == Purpose.PURPOSE_AUDITED_VALUE) {
            audited += count;
        } else {
            escalated += count;
        }
    }

    private void addRemoved(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT state, purpose, count FROM removed")) {
            while (rows.next()) {
                add(rows.getInt(1), rows.getInt(2), rows.getLong(3));
                removed += rows.getLong(3);
            }
        }
    }

    /** A number that is given a second time would be another escalation's, or another event's. */
    private void numbers(Connection connection, String table, String column) throws SQLException {
        long given = given(connection, table);
        long highest;
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT coalesce(max(%s), 0) FROM %s".formatted(column, table))) {
            highest = rows.getLong(1);
        }
        if (highest > given) {
            problems.add("%s %d is there, but only %d were given".formatted(table, highest, given));
        }
    }

    private static long given(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '" + table + "'")) {
            return rows.getLong(1);
        }
    }

    private void sums() {
        long known = Words.states().stream()
                .mapToLong(state -> byState.getOrDefault(state.getNumber(), 0L))
                .sum();
        if (known != promised()) {
            problems.add("promised is %,d, but the states add up to %,d".formatted(promised(), known));
        }
        if (promised() > given) {
            problems.add("promised is %,d, but only %,d numbers were given".formatted(promised(), given));
        }
    }

    /** Prints the sums, and what is wrong. */
    void print(PrintWriter out) {
        out.println("%s, format %d".formatted(ledger.file(), ledger.format()));
        for (EscalationState state : Words.states()) {
            out.println("  %-10s %,12d".formatted(Words.of(state), byState.getOrDefault(state.getNumber(), 0L)));
        }
        out.println("  %-10s %,12d = %,d escalated + %,d audited"
                .formatted("promised", escalated + audited, escalated, audited));
        out.println(
                "  %,d samples (%,d bytes) and %,d labels are still needed".formatted(payloads, payloadBytes, labels));
        if (removed > 0) {
            out.println("  %,d of them ended so long ago that only their number is kept".formatted(removed));
        }
        if (given > promised()) {
            out.println("  %,d were promised ever; of the others nothing is left".formatted(given));
        }
        problems.lines().forEach(out::println);
        out.println(problems.count() == 0 ? "The ledger holds." : "The ledger is damaged.");
        out.flush();
    }
}
