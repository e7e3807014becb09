package io.tiergate.cli.gate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.ledger.LedgerFile;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a gateway's ledger remembers of samples that were sent. The gateway may be running. */
final class LedgerHistory {
    /**
     * A sample that was sent.
     *
     * @param scoreName of the score, as in a manifest
     * @param reason that the gate gave
     * @param audited accepted, and drawn for an audit
     * @param inclusion probability with which it was sent, above 0
     * @param contradicted whether the verdict is another label than the edge's; empty without a verdict
     */
    record Sent(
            String scoreName,
            double score,
            String reason,
            boolean audited,
            double inclusion,
            Optional<Boolean> contradicted) {}

    private LedgerHistory() {}

    /**
     * Reads the samples of one model, the oldest first.
     *
     * @param folder with the gateway's data
     * @throws CommandFailure if there is no ledger, or it cannot be read
     */
    static List<Sent> read(Path folder, String model) {
        try (LedgerFile ledger = LedgerFile.open(folder)) {
            return read(ledger, model);
        } catch (CommandFailure e) {
            throw new CommandFailure("--history: " + e.getMessage(), e);
        }
    }

    private static List<Sent> read(LedgerFile ledger, String model) {
        try (PreparedStatement select = ledger.connection()
                .prepareStatement(
                        "SELECT %1$s, e.edge_label, e.verdict FROM escalation e WHERE e.model = ? AND %1$s IS NOT NULL ORDER BY e.sequence"
                                .formatted(ledger.envelope()))) {
            select.setString(1, model);
            List<Sent> sent = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sent.add(sent(rows.getBytes(1), rows.getString(2), rows.getBytes(3)));
                }
            }
            return sent;
        } catch (SQLException e) {
            throw ledger.failure(e);
        } catch (InvalidProtocolBufferException e) {
            throw ledger.unreadable("a sample of " + model, e);
        }
    }

    private static Sent sent(byte[] envelope, String edgeLabel, byte[] verdict) throws InvalidProtocolBufferException {
        EscalatedSample sample = EscalatedSample.parseFrom(envelope);
        return new Sent(
                sample.getScoreName(),
                sample.getScore(),
                sample.getReason(),
                sample.getPurpose() == Purpose.PURPOSE_AUDITED,
                sample.getInclusionProbability() > 0 ? sample.getInclusionProbability() : 1,
                verdict == null
                        ? Optional.empty()
                        : Optional.of(
                                !Verdict.Final.parseFrom(verdict).getLabel().equals(edgeLabel)));
    }
}
