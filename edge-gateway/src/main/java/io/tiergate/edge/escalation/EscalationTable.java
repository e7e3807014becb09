package io.tiergate.edge.escalation;

import com.google.protobuf.util.Timestamps;
import io.tiergate.proto.v1.Verdict;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The rows of the escalations, with their payloads: what moves one from state to state. Used by the writer's thread alone.
 */
final class EscalationTable {
    private final Uncommitted uncommitted;
    private final RecentSamples recent;
    private final PreparedStatement find;
    private final PreparedStatement markSent;
    private final PreparedStatement markAsked;
    private final PreparedStatement updateState;
    private final PreparedStatement updateVerdict;
    private final PreparedStatement clearWorth;
    private final PreparedStatement deletePayload;
    private final PreparedStatement payloadBytes;
    private final PreparedStatement updatePayload;
    private final HistoryTable history;

    EscalationTable(Statements statements, Uncommitted uncommitted, RecentSamples recent, HistoryTable history)
            throws SQLException {
        this.history = history;
        this.uncommitted = uncommitted;
        this.recent = recent;
        find = statements.prepare("""
                SELECT e.sequence, e.state, e.verdict_rank, e.verdict_revision, coalesce(length(p.sample), 0), e.verdict, e.edge_wrong, e.envelope, e.edge_label
                FROM escalation e LEFT JOIN payload p USING (sequence) WHERE e.id = ?""");
        // Without a payload it is worth nothing, and nothing is won by dropping it.
        markSent = statements.prepare("UPDATE escalation SET state = 2, sent_at = ?, worth = iif(worth IS NULL, NULL, "
                + Worth.SENT + ") WHERE sequence = ? AND state = 1");
        markAsked = statements.prepare(
                "UPDATE escalation SET state = 1, attempt = attempt + 1, worth = ? WHERE sequence = ?");
        updateState = statements.prepare(
                "UPDATE escalation SET state = ?, reason = ?, edge_wrong = ?, worth = ? WHERE sequence = ?");
        updateVerdict = statements.prepare("""
                UPDATE escalation SET state = 4, worth = NULL, verdict = ?, verdict_rank = ?, verdict_revision = ?, decided_at = ? WHERE sequence = ?""");
        clearWorth = statements.prepare("UPDATE escalation SET worth = NULL WHERE sequence = ?");
        deletePayload = statements.prepare("DELETE FROM payload WHERE sequence = ?");
        payloadBytes = statements.prepare("SELECT length(sample) FROM payload WHERE sequence = ?");
        updatePayload = statements.prepare("UPDATE payload SET sample = ? WHERE sequence = ?");
    }

    Optional<StoredRow> find(String id) throws SQLException {
        find.setString(1, id);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next()
                    ? Optional.of(new StoredRow(
                            rows.getLong(1),
                            EscalationState.of(rows.getInt(2)),
                            rows.getInt(3),
                            rows.getInt(4),
                            rows.getLong(5),
                            LedgerReader.verdict(rows.getBytes(6)),
                            edgeWrong(rows),
                            LedgerReader.envelope(rows.getBytes(8), rows.getString(9))))
                    : Optional.empty();
        }
    }

    private static OptionalDouble edgeWrong(ResultSet rows) throws SQLException {
        double probability = rows.getDouble(7);
        return rows.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(probability);
    }

    /**
     * The broker has taken a sample.
     *
     * @param nowMillis by running time
     */
    void sent(long sequence, long nowMillis) throws SQLException {
        markSent.setLong(1, nowMillis);
        markSent.setLong(2, sequence);
        if (markSent.executeUpdate() == 1) {
            uncommitted.note(tally -> {
                tally.moved(EscalationState.PENDING, EscalationState.SENT);
                recent.settled(sequence);
            });
        }
    }

    /**
     * What was sent, or parked, has to be sent again, as the next attempt. No event tells of it.
     *
     * @param worth of its payload, if it still has one
     */
    void askAgain(StoredRow row, double worth) throws SQLException {
        if (row.payloadBytes() > 0) {
            markAsked.setDouble(1, worth);
        } else {
            markAsked.setNull(1, Types.REAL);
        }
        markAsked.setLong(2, row.sequence());
        markAsked.executeUpdate();
        uncommitted.note(tally -> {
            tally.moved(row.state(), EscalationState.PENDING);
            recent.waitsAgain();
        });
    }

    /** @param keepsPayload because a label waits to be sent with it */
    void decide(StoredRow row, Verdict verdict, boolean keepsPayload) throws SQLException {
        updateVerdict.setBytes(1, verdict.getFinal().toByteArray());
        updateVerdict.setInt(2, verdict.getFinal().getRank());
        updateVerdict.setInt(3, verdict.getFinal().getRevision());
        updateVerdict.setLong(4, decidedAtMillis(verdict));
        updateVerdict.setLong(5, row.sequence());
        updateVerdict.executeUpdate();
        moved(row, EscalationState.VERDICT, keepsPayload);
    }

    /** The cloud's time, or the epoch if it is none that a client could be told. */
    private static long decidedAtMillis(Verdict verdict) {
        return Timestamps.isValid(verdict.getDecidedAt()) ? Timestamps.toMillis(verdict.getDecidedAt()) : 0;
    }

    void park(StoredRow row, Verdict.Parked parked) throws SQLException {
        move(
                row,
                EscalationState.PARKED,
                parked.getReason(),
                parked.hasEdgeWrongProbability()
                        ? OptionalDouble.of(parked.getEdgeWrongProbability().getValue())
                        : OptionalDouble.empty());
    }

    /** Ends an escalation without a verdict. */
    void end(StoredRow row, EscalationState to, String reason) throws SQLException {
        move(row, to, reason, row.edgeWrong());
    }

    private void move(StoredRow row, EscalationState to, String reason, OptionalDouble edgeWrong) throws SQLException {
        updateState.setInt(1, to.code());
        updateState.setString(2, reason);
        if (edgeWrong.isPresent()) {
            updateState.setDouble(3, edgeWrong.getAsDouble());
        } else {
            updateState.setNull(3, Types.REAL);
        }
        if (to == EscalationState.PARKED && row.payloadBytes() > 0) {
            updateState.setDouble(4, Worth.PARKED);
        } else {
            updateState.setNull(4, Types.REAL);
        }
        updateState.setLong(5, row.sequence());
        updateState.executeUpdate();
        moved(row, to, false);
    }

    private void moved(StoredRow row, EscalationState to, boolean keepsPayload) throws SQLException {
        history.tell(row.sequence());
        uncommitted.note(tally -> {
            tally.moved(row.state(), to);
            if (row.state() == EscalationState.PENDING) {
                recent.settled(row.sequence());
            }
        });
        // What has ended before and still has its payload keeps it for a label that is to be sent.
        if (!to.isOpen() && row.state().isOpen() && row.payloadBytes() > 0 && !keepsPayload) {
            dropPayload(row.sequence(), row.payloadBytes());
        }
    }

    /** Drops a payload that can be done without; the state stays. */
    void sparePayload(long sequence, long bytes) throws SQLException {
        dropPayload(sequence, bytes);
        clearWorth.setLong(1, sequence);
        clearWorth.executeUpdate();
    }

    /** @param bytes its size, above 0 */
    void dropPayload(long sequence, long bytes) throws SQLException {
        deletePayload.setLong(1, sequence);
        deletePayload.executeUpdate();
        uncommitted.bytes(-bytes);
        uncommitted.note(tally -> recent.large().remove(sequence));
    }

    /** Puts a smaller sample in a payload's place, unless that is not needed any more. */
    void replacePayload(long sequence, byte[] sample) throws SQLException {
        payloadBytes.setLong(1, sequence);
        try (ResultSet rows = payloadBytes.executeQuery()) {
            if (rows.next()) {
                uncommitted.bytes(sample.length - rows.getLong(1));
            }
        }
        updatePayload.setBytes(1, sample);
        updatePayload.setLong(2, sequence);
        updatePayload.executeUpdate();
        uncommitted.note(tally -> recent.large().remove(sequence));
    }
}
