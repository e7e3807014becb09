package io.tiergate.edge.escalation;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The running time of the ledger, and what has waited too long by it. Used by the writer's thread alone. */
final class ExpiryTable {
    private final PreparedStatement store;
    private final PreparedStatement oldestPending;
    private final PreparedStatement oldestSent;

    ExpiryTable(Statements statements) throws SQLException {
        store = statements.prepare("UPDATE clock SET running_millis = ?");
        oldestPending = statements.prepare(oldest(EscalationState.PENDING));
        oldestSent = statements.prepare(oldest(EscalationState.SENT));
    }

    private static String oldest(EscalationState state) {
        // What an event tells of was parked, and is only asked about again: a person still decides it.
        return "SELECT id, promised_at FROM escalation WHERE state = %d AND last_event IS NULL ORDER BY sequence LIMIT ?"
                .formatted(state.code());
    }

    void store(long runningMillis) throws SQLException {
        store.setLong(1, runningMillis);
        store.executeUpdate();
    }

    /**
     * Ids of what waits to be sent, or for an answer, and was promised up to a time.
     *
     * @param limit of each of the two
     */
    List<String> due(long promisedUpToMillis, int limit) throws SQLException {
        List<String> due = new ArrayList<>();
        due(oldestPending, promisedUpToMillis, limit, due);
        due(oldestSent, promisedUpToMillis, limit, due);
        return due;
    }

    private static void due(PreparedStatement oldest, long promisedUpToMillis, int limit, List<String> due)
            throws SQLException {
        oldest.setInt(1, limit);
        try (ResultSet rows = oldest.executeQuery()) {
            // The ledger's order is that of the running time, but for the minute that a crash may set it back: it is
            // not
            // worth an index of its own.
            while (rows.next() && rows.getLong(2) <= promisedUpToMillis) {
                due.add(rows.getString(1));
            }
        }
    }
}
