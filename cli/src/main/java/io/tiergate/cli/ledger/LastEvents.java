package io.tiergate.cli.ledger;

import io.tiergate.proto.v1.EscalationState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The newest event of each escalation, beside the escalations in the order of their sequence. */
final class LastEvents implements AutoCloseable {
    private final Statement statement;
    private final ResultSet rows;
    private final boolean someAreDeleted;
    private boolean isThere;

    LastEvents(Connection connection) throws SQLException {
        try (Statement oldest = connection.createStatement();
                ResultSet row = oldest.executeQuery("SELECT min(cursor) FROM event")) {
            long cursor = row.getLong(1);
            someAreDeleted = row.wasNull() || cursor > 1;
        }
        statement = connection.createStatement();
        // SQLite takes the other columns from the row with the greatest cursor.
        rows = statement.executeQuery(
                "SELECT sequence, state, max(cursor) FROM event GROUP BY sequence ORDER BY sequence");
        isThere = rows.next();
    }

    /** What is wrong with an escalation's events; to be asked in the order of their sequence. */
    Optional<String> problem(StoredEscalation row) throws SQLException {
        while (isThere && rows.getLong(1) < row.sequence()) {
            isThere = rows.next();
        }
        if (isThere && rows.getLong(1) == row.sequence()) {
            int told = rows.getInt(2);
            // One that was parked is asked about again where its person's answer may be lost.
            boolean parkedBefore = row.isAskedAgain() && told == EscalationState.ESCALATION_STATE_PARKED_VALUE;
            return told == row.state() || parkedBefore
                    ? Optional.empty()
                    : Optional.of(
                            "is %s, but its last event says %s".formatted(Words.state(row.state()), Words.state(told)));
        }
        return isTold(row.state()) && !someAreDeleted
                ? Optional.of("is %s without an event".formatted(Words.state(row.state())))
                : Optional.empty();
    }

    /** Being promised and being sent are no events. */
    static boolean isTold(int state) {
        return Words.isState(state)
                && state != EscalationState.ESCALATION_STATE_PENDING_VALUE
                && state != EscalationState.ESCALATION_STATE_SENT_VALUE;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
