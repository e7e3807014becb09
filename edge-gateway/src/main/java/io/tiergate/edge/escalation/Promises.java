package io.tiergate.edge.escalation;

import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores what is promised, and makes room for it. Used by the writer's thread alone. */
final class Promises {
    private static final int FIRST_ATTEMPT = 1;

    /** The ledger's order begins with 1. */
    private static final long NOBODYS_SEQUENCE = -1;

    private final Uncommitted uncommitted;
    private final RecentSamples recent;
    private final RunningTime running;
    private final LedgerTransaction.Room room;
    private final EscalationTable escalations;
    private final VictimTable victimTable;
    private final PreparedStatement insertEscalation;
    private final PreparedStatement insertPayload;
    private final PreparedStatement takeRoom;
    private final PreparedStatement giveRoomBack;

    Promises(
            Statements statements,
            Uncommitted uncommitted,
            RecentSamples recent,
            RunningTime running,
            LedgerTransaction.Room room,
            EscalationTable escalations)
            throws SQLException {
        this.uncommitted = uncommitted;
        this.recent = recent;
        this.running = running;
        this.room = room;
        this.escalations = escalations;
        victimTable = new VictimTable(statements);
        insertEscalation = statements.prepare("""
                INSERT INTO escalation (id, state, purpose, attempt, reply_partition, model, version, edge_label_index, edge_label, reason, created_at, envelope, sequence, promised_at, worth)
                VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
        insertPayload = statements.prepare("INSERT INTO payload (sequence, sample) VALUES (?, ?)");
        takeRoom = statements.prepare(
                "INSERT INTO payload (sequence, sample) VALUES (" + NOBODYS_SEQUENCE + ", zeroblob(65536))");
        giveRoomBack = statements.prepare("DELETE FROM payload WHERE sequence = " + NOBODYS_SEQUENCE);
    }

    /**
     * Promises samples, all or none, and makes room for them where that is needed and the policy wants it: spare payloads are dropped, and
     * then samples that were not sent yet, the least worth first, are evicted.
     *
     * @return what was evicted; empty if there is no room
     */
    Optional<List<String>> promise(List<NewEscalation> fresh) throws SQLException {
        long needed = fresh.stream().mapToLong(NewEscalation::sizeBytes).sum();
        double worth = fresh.stream()
                .mapToDouble(escalation -> Worth.of(escalation.sample(), room.policy()))
                .max()
                .orElse(0);
        Optional<List<String>> evicted = makeRoom(uncommitted.outboxBytes() + needed - room.maxBytes(), worth);
        if (evicted.isPresent()) {
            for (NewEscalation escalation : fresh) {
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
            if (victim.sent()) {
                escalations.sparePayload(victim.sequence(), victim.bytes());
            } else {
                StoredRow row = escalations.find(victim.id()).orElseThrow();
                escalations.end(row, EscalationState.EVICTED, "outbox-full");
                uncommitted.note(LedgerCounts.Tally::evicted);
                evicted.add(victim.id());
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
        long sequence = uncommitted.nextSequence();
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
        uncommitted.note(tally -> {
            tally.promised(purpose, EscalationState.PENDING, 1);
            recent.promised(waiting, worth);
        });
        uncommitted.bytes(waiting.sizeBytes());
    }

    /**
     * Changes nothing, but fails where there is no room on the disk or nothing may be written: pages are taken and given back.
     *
     * @throws SQLException if a promise would not get through either
     */
    void tryRoom() throws SQLException {
        takeRoom.executeUpdate();
        giveRoomBack.executeUpdate();
    }
}
