package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.ReportedLabel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/** The labels that wait to be sent: at most one an escalation, the latest. Used by the writer's thread alone. */
final class ReportTable {
    private final PreparedStatement replace;
    private final PreparedStatement find;
    private final PreparedStatement delete;

    ReportTable(Connection connection) throws SQLException {
        // A replaced report gets a new number, so that an older one that is under way just now does not pass for it.
        // An escalation that ended before envelopes were kept has nothing to send a label with.
        replace = connection.prepareStatement("""
                INSERT OR REPLACE INTO report (sequence, label)
                SELECT sequence, ? FROM escalation WHERE sequence = ? AND envelope IS NOT NULL""");
        find = connection.prepareStatement("SELECT sequence FROM report WHERE number = ?");
        delete = connection.prepareStatement("DELETE FROM report WHERE number = ?");
    }

    /** Returns whether it can be sent. */
    boolean put(long sequence, ReportedLabel label) throws SQLException {
        replace.setBytes(1, label.toByteArray());
        replace.setLong(2, sequence);
        return replace.executeUpdate() == 1;
    }

    /** The escalation that a report is about; empty if a later one has replaced it. */
    OptionalLong sequence(long number) throws SQLException {
        find.setLong(1, number);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    void remove(long number) throws SQLException {
        delete.setLong(1, number);
        delete.executeUpdate();
    }
}
