package io.tiergate.edge.escalation;

import com.google.protobuf.DoubleValue;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.util.Timestamps;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The changes that the ledger knows, each within the transaction that the writer has open. Used by the writer's thread alone;
 * statements are prepared once.
 */
final class LedgerTransaction {
    /** Above an ensemble's, below a person's. */
    private static final int APPLICATION_RANK = 20;

    private static final int FIRST_ATTEMPT = 1;

    /** The ledger's order begins with 1. */
    private static final long NOBODYS_SEQUENCE = -1;

    /** What is kept in memory has to follow, once the transaction is committed. */
    private interface Note {
        void on(LedgerCounts.Tally tally);
    }

    private final Statements statements;
    private final PreparedStatement insertEscalation;
    private final PreparedStatement insertPayload;
    private final PreparedStatement markSent;
    private final PreparedStatement findForVerdict;
    private final PreparedStatement updateState;
    private final PreparedStatement updateVerdict;
    private final PreparedStatement deletePayload;
    private final PreparedStatement upsertOffset;
    private final PreparedStatement payloadKept;
    private final ReportTable reports;
    private final PreparedStatement clearWorth;
    private final PreparedStatement takeRoom;
    private final VictimTable victimTable;
    private final Room room;
    private final ExpiryTable expiry;
    private final HistoryTable history;
    private final RecentSamples recent;
    private final RunningTime running;
    private final List<Note> notes = new ArrayList<>();
    private long lastCommitted;
    private long last;
    private long committedBytes;
    /** As {@link LedgerCounts#outboxBytes}, with what is not committed yet. */
    private long outboxBytes;

    /**
     * How much room there is.
     *
     * @param usedBytes at the start
     */
    record Room(long maxBytes, OutboxConfig.WhenFull policy, long usedBytes) {}

    /**
     * @param lastSequence the newest escalation that there ever was
     */
    LedgerTransaction(Connection connection, long lastSequence, RecentSamples recent, RunningTime running, Room room)
            throws SQLException {
        this(new Statements(connection), lastSequence, recent, running, room);
    }

    private LedgerTransaction(
            Statements statements, long lastSequence, RecentSamples recent, RunningTime running, Room room)
            throws SQLException {
        this.statements = statements;
        this.lastCommitted = lastSequence;
        this.last = lastSequence;
        this.recent = recent;
        this.running = running;
        this.room = room;
        this.committedBytes = room.usedBytes();
        this.outboxBytes = room.usedBytes();
        insertEscalation = statements.prepare("""
                INSERT INTO escalation (id, state, purpose, attempt, reply_partition, model, version, edge_label_index, edge_label, reason, created_at, envelope, sequence, promised_at, worth)
                VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
        insertPayload = statements.prepare("INSERT INTO payload (sequence, sample) VALUES (?, ?)");
        markSent = statements.prepare(
                "UPDATE escalation SET state = 2, worth = " + Worth.SENT + " WHERE sequence = ? AND state = 1");
        findForVerdict = statements.prepare("""
                SELECT e.sequence, e.state, e.verdict_rank, e.verdict_revision, coalesce(length(p.sample), 0), e.verdict, e.edge_wrong, e.envelope, e.edge_label
                FROM escalation e LEFT JOIN payload p USING (sequence) WHERE e.id = ?""");
        updateState = statements.prepare(
                "UPDATE escalation SET state = ?, reason = ?, edge_wrong = ?, worth = ? WHERE sequence = ?");
        updateVerdict = statements.prepare("""
                UPDATE escalation SET state = 4, worth = NULL, verdict = ?, verdict_rank = ?, verdict_revision = ?, decided_at = ? WHERE sequence = ?""");
        deletePayload = statements.prepare("DELETE FROM payload WHERE sequence = ?");
        payloadKept = statements.prepare("""
                SELECT length(p.sample) FROM payload p JOIN escalation e USING (sequence)
                WHERE sequence = ? AND e.state NOT IN (1, 2, 3)""");
        reports = new ReportTable(statements);
        expiry = new ExpiryTable(statements);
        history = new HistoryTable(statements);
        victimTable = new VictimTable(statements);
        takeRoom = statements.prepare(
                "INSERT INTO payload (sequence, sample) VALUES (" + NOBODYS_SEQUENCE + ", zeroblob(65536))");
        clearWorth = statements.prepare("UPDATE escalation SET worth = NULL WHERE sequence = ?");
        upsertOffset = statements.prepare("""
                INSERT INTO inbox (topic, partition, next_offset) VALUES (?, ?, ?)
                ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset""");
    }

    /** What was changed is on disk now. */
    void committed(LedgerCounts.Tally tally) {
        notes.forEach(note -> note.on(tally));
        notes.clear();
        lastCommitted = last;
        committedBytes = outboxBytes;
    }

    /** What was changed is as it was. */
    void rolledBack() {
        notes.clear();
        last = lastCommitted;
        outboxBytes = committedBytes;
    }

    /** The same with statements of its own, in place of this one, which must not be used any more: the driver closes those that fail. */
    LedgerTransaction renewed() throws SQLException {
        statements.close();
        Statements fresh = statements.fresh();
        try {
            return new LedgerTransaction(
                    fresh, lastCommitted, recent, running, new Room(room.maxBytes(), room.policy(), committedBytes));
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    /**
     * Promises samples, all or none, and makes room for them where that is needed and the policy wants it: spare payloads are dropped, and
     * then samples that were not sent yet, the least worth first, are evicted.
     *
     * @return what was evicted; empty if there is no room
     */
    Optional<List<String>> promise(List<NewEscalation> escalations) throws SQLException {
        long needed = escalations.stream().mapToLong(NewEscalation::sizeBytes).sum();
        double worth = escalations.stream()
                .mapToDouble(escalation -> Worth.of(escalation.sample(), room.policy()))
                .max()
                .orElse(0);
        Optional<List<String>> evicted = makeRoom(outboxBytes + needed - room.maxBytes(), worth);
        if (evicted.isPresent()) {
            for (NewEscalation escalation : escalations) {
                promise(escalation.sample(), Worth.of(escalation.sample(), room.policy()));
            }
        }
        return evicted;
    }

    private Optional<List<String>> makeRoom(long missingBytes, double worth) throws SQLException {
        if (missingBytes <= 0) {
            return Optional.of(List.of());
        }
        if (room.policy() == OutboxConfig.WhenFull.SHED) {
            return Optional.empty();
        }
        Optional<List<VictimTable.Victim>> victims = victimTable.find(missingBytes, worth);
        if (victims.isEmpty()) {
            return Optional.empty();
        }
        List<String> evicted = new ArrayList<>();
        for (VictimTable.Victim victim : victims.get()) {
            if (victim.state() == EscalationState.PENDING) {
                Open row = find(victim.id()).orElseThrow();
                move(row, EscalationState.EVICTED, "outbox-full", row.edgeWrong);
                notes.add(LedgerCounts.Tally::evicted);
                evicted.add(victim.id());
            } else {
                dropPayload(victim.sequence(), victim.bytes());
                clearWorth.setLong(1, victim.sequence());
                clearWorth.executeUpdate();
            }
        }
        return Optional.of(evicted);
    }

    private void promise(EscalatedSample sample, double worth) throws SQLException {
        insertEscalation.setString(1, sample.getEscalationId());
        insertEscalation.setInt(2, EscalationState.PENDING.code());
        insertEscalation.setInt(3, sample.getPurposeValue());
        insertEscalation.setInt(4, sample.getReplyPartition());
        insertEscalation.setString(5, sample.getModel().getName());
        insertEscalation.setLong(6, sample.getModel().getVersion());
        insertEscalation.setInt(7, sample.getPrediction().getLabelIndex());
        insertEscalation.setString(8, sample.getPrediction().getLabel());
        insertEscalation.setString(9, sample.getReason());
        insertEscalation.setLong(10, System.currentTimeMillis());
        insertEscalation.setBytes(11, LedgerDatabase.envelope(sample));
        long sequence = ++last;
        insertEscalation.setLong(12, sequence);
        insertEscalation.setLong(13, running.millis());
        insertEscalation.setDouble(14, worth);
        insertEscalation.executeUpdate();
        byte[] bytes = sample.toByteArray();
        insertPayload.setLong(1, sequence);
        insertPayload.setBytes(2, bytes);
        insertPayload.executeUpdate();
        Purpose purpose = sample.getPurpose();
        var waiting = new PendingRecord.Sample(
                sequence, sample.getEscalationId(), FIRST_ATTEMPT, UnsafeByteOperations.unsafeWrap(bytes));
        notes.add(tally -> {
            tally.promised(purpose, EscalationState.PENDING, 1);
            tally.bytes(waiting.sizeBytes());
            recent.promised(waiting);
        });
        outboxBytes += waiting.sizeBytes();
    }

    void sent(long sequence) throws SQLException {
        markSent.setLong(1, sequence);
        if (markSent.executeUpdate() == 1) {
            notes.add(tally -> {
                tally.moved(EscalationState.PENDING, EscalationState.SENT);
                recent.settled(sequence);
            });
        }
    }

    /**
     * Changes nothing, but fails where there is no room on the disk or nothing may be written: pages are taken and given back, and one is
     * written.
     *
     * @throws SQLException if a promise would not get through either
     */
    void tryRoom() throws SQLException {
        takeRoom.executeUpdate();
        deletePayload.setLong(1, NOBODYS_SEQUENCE);
        deletePayload.executeUpdate();
        storeRunningTime();
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
            Open row = find(id).orElseThrow();
            move(row, EscalationState.EXPIRED, "ttl", row.edgeWrong);
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

    /** Applies a verdict; empty if it is of an escalation that this ledger does not know, or says nothing new. */
    Optional<AppliedVerdict> apply(Verdict verdict) throws SQLException {
        Optional<Open> found = find(verdict.getEscalationId());
        return found.isPresent() && apply(found.get(), verdict)
                ? Optional.of(found.get().applied(verdict))
                : Optional.empty();
    }

    /**
     * Applies a label that an application has reported, as a verdict of its rank, and has it sent; the same label again changes nothing.
     *
     * @return empty if this ledger does not know the escalation
     */
    Optional<Reported> report(String id, String label, Timestamp now) throws SQLException {
        Optional<Open> found = find(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Open row = found.get();
        boolean stands = row.state == EscalationState.VERDICT && row.label().equals(label);
        if (row.rank > APPLICATION_RANK || (row.rank == APPLICATION_RANK && stands)) {
            return Optional.of(new Reported(Optional.empty(), stands));
        }
        int revision = row.rank == APPLICATION_RANK ? row.revision + 1 : 0;
        Verdict verdict = Verdict.newBuilder()
                .setEscalationId(id)
                .setDecidedAt(now)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setLabelIndex(-1)
                        .setSource(VerdictSource.VERDICT_SOURCE_APPLICATION)
                        .setRank(APPLICATION_RANK)
                        .setRevision(revision))
                .build();
        boolean replaces = reports.drop(row.sequence);
        boolean sendable = reports.put(
                row.sequence,
                ReportedLabel.newBuilder()
                        .setLabel(label)
                        .setRevision(revision)
                        .setReportedAt(now)
                        .build());
        notes.add(tally -> tally.labels((sendable ? 1 : 0) - (replaces ? 1 : 0)));
        // A sample that was never sent goes with its label.
        boolean keepsPayload = sendable && row.state == EscalationState.PENDING;
        decide(row, verdict, keepsPayload);
        return Optional.of(new Reported(Optional.of(row.applied(verdict)), true));
    }

    record Reported(Optional<AppliedVerdict> applied, boolean stands) {}

    /** The broker has taken a label. */
    void labelSent(long number) throws SQLException {
        OptionalLong sequence = reports.sequence(number);
        if (sequence.isPresent()) {
            removeLabel(number);
            dropKeptPayload(sequence.getAsLong());
            history.labelSent(sequence.getAsLong());
        }
    }

    /** The broker will never take a label with its sample: it goes without, or not at all if it was without. */
    void labelTooLarge(long number) throws SQLException {
        OptionalLong sequence = reports.sequence(number);
        if (sequence.isPresent() && !dropKeptPayload(sequence.getAsLong())) {
            removeLabel(number);
            history.labelSent(sequence.getAsLong());
        }
    }

    private void removeLabel(long number) throws SQLException {
        reports.remove(number);
        notes.add(tally -> tally.labels(-1));
    }

    private boolean dropKeptPayload(long sequence) throws SQLException {
        payloadKept.setLong(1, sequence);
        long bytes;
        try (ResultSet rows = payloadKept.executeQuery()) {
            if (!rows.next()) {
                return false;
            }
            bytes = rows.getLong(1);
        }
        dropPayload(sequence, bytes);
        return true;
    }

    private boolean apply(Open row, Verdict verdict) throws SQLException {
        return switch (verdict.getOutcomeCase()) {
            case FINAL -> row.isOutrankedBy(verdict.getFinal()) && decide(row, verdict, false);
            case PARKED ->
                (row.state == EscalationState.PENDING || row.state == EscalationState.SENT)
                        && park(row, verdict.getParked());
            case REJECTED ->
                row.state.isOpen()
                        && move(
                                row,
                                EscalationState.REJECTED,
                                verdict.getRejected().getReason(),
                                row.edgeWrong);
            case OUTCOME_NOT_SET -> false;
        };
    }

    private record Open(
            long sequence,
            EscalationState state,
            int rank,
            int revision,
            long payloadBytes,
            Optional<Verdict.Final> decided,
            OptionalDouble edgeWrong,
            EscalatedSample sample) {
        String label() {
            return decided.map(Verdict.Final::getLabel).orElse("");
        }

        AppliedVerdict applied(Verdict verdict) {
            return new AppliedVerdict(verdict, sample, before());
        }

        private Optional<Verdict> before() {
            if (decided.isPresent()) {
                return Optional.of(Verdict.newBuilder().setFinal(decided.get()).build());
            }
            if (state != EscalationState.PARKED) {
                return Optional.empty();
            }
            Verdict.Parked.Builder parked = Verdict.Parked.newBuilder();
            edgeWrong.ifPresent(probability -> parked.setEdgeWrongProbability(DoubleValue.of(probability)));
            return Optional.of(Verdict.newBuilder().setParked(parked).build());
        }

        boolean isOutrankedBy(Verdict.Final verdict) {
            return verdict.getRank() > rank || (verdict.getRank() == rank && verdict.getRevision() > revision);
        }
    }

    private Optional<Open> find(String id) throws SQLException {
        findForVerdict.setString(1, id);
        try (ResultSet rows = findForVerdict.executeQuery()) {
            return rows.next()
                    ? Optional.of(new Open(
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

    private boolean decide(Open row, Verdict verdict, boolean keepsPayload) throws SQLException {
        updateVerdict.setBytes(1, verdict.getFinal().toByteArray());
        updateVerdict.setInt(2, verdict.getFinal().getRank());
        updateVerdict.setInt(3, verdict.getFinal().getRevision());
        updateVerdict.setLong(4, decidedAtMillis(verdict));
        updateVerdict.setLong(5, row.sequence);
        updateVerdict.executeUpdate();
        moved(row, EscalationState.VERDICT, keepsPayload);
        return true;
    }

    /** The cloud's time, or the epoch if it is none that a client could be told. */
    private static long decidedAtMillis(Verdict verdict) {
        return Timestamps.isValid(verdict.getDecidedAt()) ? Timestamps.toMillis(verdict.getDecidedAt()) : 0;
    }

    private boolean park(Open row, Verdict.Parked parked) throws SQLException {
        return move(
                row,
                EscalationState.PARKED,
                parked.getReason(),
                parked.hasEdgeWrongProbability()
                        ? OptionalDouble.of(parked.getEdgeWrongProbability().getValue())
                        : OptionalDouble.empty());
    }

    private boolean move(Open row, EscalationState to, String reason, OptionalDouble edgeWrong) throws SQLException {
        updateState.setInt(1, to.code());
        updateState.setString(2, reason);
        if (edgeWrong.isPresent()) {
            updateState.setDouble(3, edgeWrong.getAsDouble());
        } else {
            updateState.setNull(3, Types.REAL);
        }
        if (to == EscalationState.PARKED && row.payloadBytes > 0) {
            updateState.setDouble(4, Worth.PARKED);
        } else {
            updateState.setNull(4, Types.REAL);
        }
        updateState.setLong(5, row.sequence);
        updateState.executeUpdate();
        moved(row, to, false);
        return true;
    }

    private void moved(Open row, EscalationState to, boolean keepsPayload) throws SQLException {
        history.tell(row.sequence, running.millis());
        notes.add(tally -> {
            tally.moved(row.state, to);
            recent.settled(row.sequence);
        });
        // What has ended before and still has its payload keeps it for a label that is to be sent.
        if (!to.isOpen() && row.state.isOpen() && row.payloadBytes > 0 && !keepsPayload) {
            dropPayload(row.sequence, row.payloadBytes);
        }
    }

    private void dropPayload(long sequence, long bytes) throws SQLException {
        deletePayload.setLong(1, sequence);
        deletePayload.executeUpdate();
        notes.add(tally -> tally.bytes(-bytes));
        outboxBytes -= bytes;
    }
}
