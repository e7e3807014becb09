package io.tiergate.edge.escalation;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what may go where room is needed, by the index of what payloads are worth. Used by the writer's thread alone. */
final class VictimTable {
    /** One promise that would need more victims is refused: the promises behind it must not wait for so long. */
    private static final int MOST = 1000;

    /**
     * @param sent whether the broker has had it once
     * @param bytes of its payload
     */
    record Victim(long sequence, String id, boolean sent, long bytes) {}

    private final PreparedStatement leastWorth;

    VictimTable(Statements statements) throws SQLException {
        leastWorth = statements.prepare("""
                SELECT e.sequence, e.id, e.state <> 1 OR e.attempt > 1, length(p.sample)
                FROM escalation e INDEXED BY escalation_worth CROSS JOIN payload p USING (sequence)
                WHERE e.worth <= ? ORDER BY e.worth, e.sequence LIMIT ?""");
    }

    /**
     * What has to go for so many bytes: the least worth first.
     *
     * @param bytes above 0
     * @param worth of what needs the room: nothing goes that is worth more
     * @return empty if there is not enough
     */
    Optional<List<Victim>> find(long bytes, double worth) throws SQLException {
        leastWorth.setDouble(1, worth);
        leastWorth.setInt(2, MOST);
        List<Victim> victims = new ArrayList<>();
        long found = 0;
        try (ResultSet rows = leastWorth.executeQuery()) {
            while (found < bytes && rows.next()) {
                Victim victim = new Victim(rows.getLong(1), rows.getString(2), rows.getBoolean(3), rows.getLong(4));
                victims.add(victim);
                found += victim.bytes();
            }
        }
        return found < bytes ? Optional.empty() : Optional.of(victims);
    }
}
