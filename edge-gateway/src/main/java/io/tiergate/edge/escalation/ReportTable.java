package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.ReportedLabel;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalLong;

/** The labels that wait to be sent: at most one an escalation, the latest. Used by the writer's thread alone. */
final class ReportTable {
    private final PreparedStatement insert;
    private final PreparedStatement find;
    private final PreparedStatement delete;
    private final PreparedStatement drop;

    ReportTable(Statements statements) throws SQLException {
        // An escalation that ended before envelopes were kept has nothing to send a label with.
        insert = statements.prepare("""
                INSERT INTO report (sequence, label)
                SELECT sequence, ? FROM escalation WHERE sequence = ? AND envelope IS NOT NULL""");
        find = statements.prepare("SELECT sequence FROM report WHERE number = ?");
        drop = statements.prepare("DELETE FROM report WHERE sequence = ?");
        delete = statements.prepare("DELETE FROM report WHERE number = ?");
    }

    /**
     * Drops what waits about an escalation, and returns whether something did. What is put in its place gets a new number, so that one
     * that is under way just now does not pass for it.
     */
    boolean drop(long sequence) throws SQLException {
        drop.setLong(1, sequence);
        return drop.executeUpdate() == 1;
    }

    /** Returns whether it can be sent. */
    boolean put(long sequence, ReportedLabel label) throws SQLException {
        insert.setBytes(1, label.toByteArray());
        insert.setLong(2, sequence);
        return insert.executeUpdate() == 1;
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
