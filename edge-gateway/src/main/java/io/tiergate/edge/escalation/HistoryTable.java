package io.tiergate.edge.escalation;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes that watchers are told of, and the end of them and of their escalations once they are old. Events go oldest first, so that a
 * cursor tells whether something was missed; an escalation that has ended goes with its newest event, and is counted from then on where the
 * ledger's sums begin. Used by the writer's thread alone.
 */
final class HistoryTable {
    private static final String ENDED = "e.state IN (4, 5, 6, 7)";
    /** What has ended and is heard of no more; a label that waits to be sent keeps it. */
    private static final String OVER = ENDED + " AND NOT EXISTS (SELECT 1 FROM report r WHERE r.sequence = e.sequence)";

    private final RunningTime running;
    private final PreparedStatement insertEvent;
    private final PreparedStatement noteEvent;
    private final PreparedStatement oldest;
    private final PreparedStatement untold;
    private final PreparedStatement deleteEvents;
    private final PreparedStatement count;
    private final PreparedStatement deleteEscalation;

    HistoryTable(Statements statements, RunningTime running) throws SQLException {
        this.running = running;
        insertEvent = statements.prepare("""
                INSERT INTO event (sequence, state, reason, verdict, decided_at, happened_at)
                SELECT sequence, state, reason, verdict, decided_at, ? FROM escalation WHERE sequence = ?""");
        noteEvent = statements.prepare("UPDATE escalation SET last_event = last_insert_rowid() WHERE sequence = ?");
        oldest = statements.prepare("""
                SELECT v.cursor, v.happened_at, v.sequence, e.last_event = v.cursor AND %s
                FROM event v JOIN escalation e USING (sequence) ORDER BY v.cursor LIMIT ?""".formatted(OVER));
        untold = statements.prepare("""
                SELECT 1 FROM escalation e
                WHERE e.sequence = ? AND %s AND e.last_event > 0 AND NOT EXISTS (SELECT 1 FROM event WHERE cursor <= e.last_event)""".formatted(OVER));
        deleteEvents = statements.prepare("DELETE FROM event WHERE cursor <= ?");
        count = statements.prepare("""
                INSERT INTO removed (purpose, state, count) SELECT purpose, state, 1 FROM escalation WHERE sequence = ?
                ON CONFLICT (purpose, state) DO UPDATE SET count = count + 1""");
        deleteEscalation = statements.prepare("DELETE FROM escalation WHERE sequence = ?");
    }

    /** An escalation is now as its row says. */
    void tell(long sequence) throws SQLException {
        insertEvent.setLong(1, running.millis());
        insertEvent.setLong(2, sequence);
        insertEvent.executeUpdate();
        noteEvent.setLong(1, sequence);
        noteEvent.executeUpdate();
    }

    /**
     * Forgets changes that happened up to a time, and the escalations that ended with them.
     *
     * @param limit the most changes to forget
     * @return how many were forgotten
     */
    int forget(long happenedUpToMillis, int limit) throws SQLException {
        List<Long> over = new ArrayList<>();
        int events = 0;
        long newest = 0;
        oldest.setInt(1, limit);
        try (ResultSet rows = oldest.executeQuery()) {
            while (rows.next() && rows.getLong(2) <= happenedUpToMillis) {
                events++;
                newest = rows.getLong(1);
                if (rows.getBoolean(4)) {
                    over.add(rows.getLong(3));
                }
            }
        }
        if (events > 0) {
            // Before what they refer to.
            deleteEvents.setLong(1, newest);
            deleteEvents.executeUpdate();
        }
        for (long sequence : over) {
            remove(sequence);
        }
        return events;
    }

    /** Removes an escalation that only its label was kept for, now that this is sent. */
    void labelSent(long sequence) throws SQLException {
        untold.setLong(1, sequence);
        boolean isOver;
        try (ResultSet rows = untold.executeQuery()) {
            isOver = rows.next();
        }
        if (isOver) {
            remove(sequence);
        }
    }

    private void remove(long sequence) throws SQLException {
        count.setLong(1, sequence);
        count.executeUpdate();
        deleteEscalation.setLong(1, sequence);
        deleteEscalation.executeUpdate();
    }
}
