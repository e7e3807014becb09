package io.tiergate.edge.escalation;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Finds what was sent and got no answer for too long, by an index of its own. Used by the writer's thread alone. */
final class Unanswered {
    private final PreparedStatement mostAttempts;
    private final PreparedStatement due;

    Unanswered(Statements statements) throws SQLException {
        mostAttempts = statements.prepare(
                "SELECT coalesce(max(attempt), 0) FROM escalation INDEXED BY escalation_asked WHERE state = 2");
        // What was sent before envelopes were kept, and has lost its payload, has nothing left to ask with.
        due = statements.prepare("""
                SELECT id FROM escalation INDEXED BY escalation_asked
                WHERE state = 2 AND attempt = ? AND sent_at <= ? AND envelope IS NOT NULL ORDER BY sent_at LIMIT ?""");
    }

    /**
     * Ids, of those that were asked about least often first.
     *
     * @param nowMillis by running time
     */
    List<String> due(AskingPause pause, long nowMillis, int limit) throws SQLException {
        List<String> ids = new ArrayList<>();
        int most = mostAttempts();
        for (int attempt = 1; attempt <= most && ids.size() < limit; attempt++) {
            due.setInt(1, attempt);
            due.setLong(2, nowMillis - pause.millisAfter(attempt));
            due.setInt(3, limit - ids.size());
            try (ResultSet rows = due.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }

    private int mostAttempts() throws SQLException {
        try (ResultSet rows = mostAttempts.executeQuery()) {
            return rows.getInt(1);
        }
    }
}
