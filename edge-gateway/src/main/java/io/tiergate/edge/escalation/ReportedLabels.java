package io.tiergate.edge.escalation;

import com.google.protobuf.Timestamp;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** Takes the labels that applications report, and follows them until they are sent. Used by the writer's thread alone. */
final class ReportedLabels {
    /** Above an ensemble's, below a person's. */
    private static final int APPLICATION_RANK = 20;

    private final Uncommitted uncommitted;
    private final EscalationTable escalations;
    private final ReportTable reports;
    private final HistoryTable history;
    private final PreparedStatement payloadKept;

    ReportedLabels(Statements statements, Uncommitted uncommitted, EscalationTable escalations, HistoryTable history)
            throws SQLException {
        this.history = history;
        this.uncommitted = uncommitted;
        this.escalations = escalations;
        reports = new ReportTable(statements);
        payloadKept = statements.prepare("""
                SELECT length(p.sample) FROM payload p JOIN escalation e USING (sequence)
                WHERE sequence = ? AND e.state NOT IN (1, 2, 3)""");
    }

    /**
     * Applies a label that an application has reported, as a verdict of its rank, and has it sent; the same label again changes nothing.
     *
     * @return empty if this ledger does not know the escalation
     */
    Optional<LedgerTransaction.Reported> report(String id, String label, Timestamp now) throws SQLException {
        Optional<StoredRow> found = escalations.find(id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StoredRow row = found.get();
        boolean stands = row.state() == EscalationState.VERDICT && row.label().equals(label);
        if (row.rank() > APPLICATION_RANK || (row.rank() == APPLICATION_RANK && stands)) {
            return Optional.of(new LedgerTransaction.Reported(Optional.empty(), stands));
        }
        int revision = row.rank() == APPLICATION_RANK ? row.revision() + 1 : 0;
        boolean sendable = keep(row.sequence(), label, revision, now);
        // A sample that was never sent goes with its label.
        boolean keepsPayload = sendable && row.state() == EscalationState.PENDING;
        Verdict verdict = verdict(id, label, revision, now);
        escalations.decide(row, verdict, keepsPayload);
        return Optional.of(new LedgerTransaction.Reported(Optional.of(row.applied(verdict)), true));
    }

    private boolean keep(long sequence, String label, int revision, Timestamp now) throws SQLException {
        boolean replaces = reports.drop(sequence);
        boolean sendable = reports.put(
                sequence,
                ReportedLabel.newBuilder()
                        .setLabel(label)
                        .setRevision(revision)
                        .setReportedAt(now)
                        .build());
        uncommitted.note(tally -> tally.labels((sendable ? 1 : 0) - (replaces ? 1 : 0)));
        return sendable;
    }

    private static Verdict verdict(String id, String label, int revision, Timestamp now) {
        return Verdict.newBuilder()
                .setEscalationId(id)
                .setDecidedAt(now)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setLabelIndex(-1)
                        .setSource(VerdictSource.VERDICT_SOURCE_APPLICATION)
                        .setRank(APPLICATION_RANK)
                        .setRevision(revision))
                .build();
    }

    /** The broker has taken a label. */
    void sent(long number) throws SQLException {
        OptionalLong sequence = reports.sequence(number);
        if (sequence.isPresent()) {
            remove(number);
            dropKeptPayload(sequence.getAsLong());
            history.labelSent(sequence.getAsLong());
        }
    }

    /** The broker will never take a label with its sample: it goes without, or not at all if it was without. */
    void tooLarge(long number) throws SQLException {
        OptionalLong sequence = reports.sequence(number);
        if (sequence.isPresent() && !dropKeptPayload(sequence.getAsLong())) {
            remove(number);
            history.labelSent(sequence.getAsLong());
        }
    }

    private void remove(long number) throws SQLException {
        reports.remove(number);
        uncommitted.note(tally -> tally.labels(-1));
    }

    /** Returns whether there was one. */
    boolean dropKeptPayload(long sequence) throws SQLException {
        payloadKept.setLong(1, sequence);
        long bytes;
        try (ResultSet rows = payloadKept.executeQuery()) {
            if (!rows.next()) {
                return false;
            }
            bytes = rows.getLong(1);
        }
        escalations.dropPayload(sequence, bytes);
        return true;
    }
}
