package io.tiergate.edge.escalation;

import com.google.protobuf.Timestamp;
import io.tiergate.proto.v1.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The changes that the ledger knows, each within the transaction that the writer has open. Used by the writer's thread alone;
 * statements are prepared once.
 */
final class LedgerTransaction {
    private final Statements statements;
    private final Uncommitted uncommitted;
    private final RecentSamples recent;
    private final RunningTime running;
    private final Room room;
    private final EscalationTable escalations;
    private final Promises promises;
    private final ReportedLabels labels;
    private final ExpiryTable expiry;
    private final Unanswered unanswered;
    private final HistoryTable history;
    private final PreparedStatement upsertOffset;

    /**
     * How much room there is.
     *
     * @param usedBytes at the start
     */
    record Room(long maxBytes, OutboxConfig.WhenFull policy, long usedBytes) {}

    /**
     * A label that was reported.
     *
     * @param applied empty if it changed nothing
     * @param stands whether it is the verdict now
     */
    record Reported(Optional<AppliedVerdict> applied, boolean stands) {}

    /**
     * @param lastSequence the newest escalation that there ever was
     */
    LedgerTransaction(Connection connection, long lastSequence, RecentSamples recent, RunningTime running, Room room)
            throws SQLException {
        this(new Statements(connection), new Uncommitted(lastSequence, room.usedBytes()), recent, running, room);
    }

    private LedgerTransaction(
            Statements statements, Uncommitted uncommitted, RecentSamples recent, RunningTime running, Room room)
            throws SQLException {
        this.statements = statements;
        this.uncommitted = uncommitted;
        this.recent = recent;
        this.running = running;
        this.room = room;
        history = new HistoryTable(statements, running);
        escalations = new EscalationTable(statements, uncommitted, recent, history);
        promises = new Promises(statements, uncommitted, recent, running, room, escalations);
        labels = new ReportedLabels(statements, uncommitted, escalations, history);
        expiry = new ExpiryTable(statements);
        unanswered = new Unanswered(statements);
        upsertOffset = statements.prepare("""
                INSERT INTO inbox (topic, partition, next_offset) VALUES (?, ?, ?)
                ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset""");
    }

    /** What was changed is on disk now. */
    void committed(LedgerCounts.Tally tally) {
        uncommitted.committed(tally);
    }

    /** What was changed is as it was. */
    void rolledBack() {
        uncommitted.rolledBack();
    }

    /**
     * The same with statements of its own, in place of this one, which was rolled back and must not be used any more: the driver closes
     * those that fail.
     */
    LedgerTransaction renewed() throws SQLException {
        statements.close();
        Statements fresh = statements.fresh();
        try {
            return new LedgerTransaction(fresh, uncommitted, recent, running, room);
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    /**
     * Promises samples, all or none.
     *
     * @return what was evicted to make room; empty if there is none and none can be made
     */
    Optional<List<String>> promise(List<NewEscalation> fresh) throws SQLException {
        return promises.promise(fresh);
    }

    /**
     * Changes nothing that lasts, but fails where there is no room on the disk or nothing may be written.
     *
     * @throws SQLException if a promise would not get through either
     */
    void tryRoom() throws SQLException {
        promises.tryRoom();
        storeRunningTime();
    }

    /** The broker has taken a sample. */
    void sent(long sequence) throws SQLException {
        escalations.sent(sequence, running.millis());
    }

    /**
     * Has those sent again that got no answer for too long, those that were asked about least often first.
     *
     * @param limit at most so many
     * @return how many
     */
    int askAgain(AskingPause pause, int limit) throws SQLException {
        return askAgain(unanswered.due(pause, running.millis(), limit));
    }

    /**
     * Has those sent again that still wait for an answer or for a person.
     *
     * @return how many
     */
    int askAgain(List<String> ids) throws SQLException {
        int asked = 0;
        for (String id : ids) {
            Optional<StoredRow> row = escalations.find(id).filter(StoredRow::awaitsAnswer);
            if (row.isPresent()) {
                escalations.askAgain(row.get(), Worth.of(row.get().sample(), room.policy()));
                asked++;
            }
        }
        return asked;
    }

    /** A sample's payload lies elsewhere now, and this is left of it. */
    void checkedIn(long sequence, byte[] sample) throws SQLException {
        escalations.replacePayload(sequence, sample);
    }

    /** Whatever is left of a sample that can never be sent is dropped; a label that waits goes without. */
    void dropUnsendable(long sequence) throws SQLException {
        labels.dropKeptPayload(sequence);
    }

    /** Stores the running time as it is now. */
    void storeRunningTime() throws SQLException {
        expiry.store(running.millis());
    }

    /**
     * Ends what waits to be sent, or for an answer, for longer than a time; what a person decides takes the time it takes.
     *
     * @param limit about half of what is ended at once
     * @return the ids of what has ended
     */
    List<String> expire(long ttlMillis, int limit) throws SQLException {
        List<String> due = expiry.due(running.millis() - ttlMillis, limit);
        for (String id : due) {
            escalations.end(escalations.find(id).orElseThrow(), EscalationState.EXPIRED, "ttl");
        }
        return due;
    }

    /**
     * Forgets the oldest changes, and what has ended with them. The sums stay as they are.
     *
     * @param happenedUpToMillis by running time
     * @return how many changes were forgotten, {@code limit} at most
     */
    int forget(long happenedUpToMillis, int limit) throws SQLException {
        return history.forget(happenedUpToMillis, limit);
    }

    void offset(String topic, int partition, long nextOffset) throws SQLException {
        upsertOffset.setString(1, topic);
        upsertOffset.setInt(2, partition);
        upsertOffset.setLong(3, nextOffset);
        upsertOffset.executeUpdate();
    }

    /** Applies a verdict. */
    VerdictEffect apply(Verdict verdict) throws SQLException {
        Optional<StoredRow> found = escalations.find(verdict.getEscalationId());
        if (found.isEmpty()) {
            return new VerdictEffect.Unknown(verdict);
        }
        return apply(found.get(), verdict)
                ? new VerdictEffect.Applied(found.get().applied(verdict))
                : new VerdictEffect.NothingNew(verdict);
    }

    private boolean apply(StoredRow row, Verdict verdict) throws SQLException {
        boolean news =
                switch (verdict.getOutcomeCase()) {
                    case FINAL -> row.isOutrankedBy(verdict.getFinal());
                    case PARKED -> row.state() == EscalationState.PENDING || row.state() == EscalationState.SENT;
                    case REJECTED -> row.state().isOpen();
                    case OUTCOME_NOT_SET -> false;
                };
        if (news) {
            change(row, verdict);
        }
        return news;
    }

    private void change(StoredRow row, Verdict verdict) throws SQLException {
        switch (verdict.getOutcomeCase()) {
            case FINAL -> escalations.decide(row, verdict, false);
            case PARKED -> escalations.park(row, verdict.getParked());
            case REJECTED ->
                escalations.end(
                        row, EscalationState.REJECTED, verdict.getRejected().getReason());
            case OUTCOME_NOT_SET -> throw new IllegalArgumentException("a verdict without an outcome is no news");
        }
    }

    /**
     * Applies a label that an application has reported, as a verdict of its rank, and has it sent.
     *
     * @return empty if this ledger does not know the escalation
     */
    Optional<Reported> report(String id, String label, Timestamp now) throws SQLException {
        return labels.report(id, label, now);
    }

    /** The broker has taken a label. */
    void labelSent(long number) throws SQLException {
        labels.sent(number);
    }

    /** The broker will never take a label with its sample: it goes without, or not at all if it was without. */
    void labelTooLarge(long number) throws SQLException {
        labels.tooLarge(number);
    }
}
