package io.tiergate.cli.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.tiergate.cli.FactSheet;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Verdict;
import java.io.PrintWriter;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** Everything that a ledger knows of one escalation. */
public final class EscalationStory {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode story = JSON.createObjectNode();

    private EscalationStory() {}

    /**
     * Reads it.
     *
     * @return empty if the id is not in the ledger
     * @throws io.tiergate.cli.CommandFailure if the ledger cannot be read
     */
    public static Optional<EscalationStory> of(LedgerFile ledger, String id) {
        try (PreparedStatement select =
                ledger.connection().prepareStatement("""
                SELECT e.sequence, e.state, e.purpose, e.reason, e.model, e.version, e.edge_label, e.created_at, e.reply_partition,
                       e.verdict, e.decided_at, %s, %s, length(p.sample), p.sample
                FROM escalation e LEFT JOIN payload p USING (sequence) WHERE e.id = ?""".formatted(ledger.edgeWrong(), ledger.envelope()))) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                EscalationStory told = new EscalationStory();
                told.row(id, row);
                told.waitingLabel(ledger, row.getLong(1));
                told.events(ledger, row.getLong(1));
                return Optional.of(told);
            }
        } catch (SQLException e) {
            throw ledger.failure(e);
        } catch (InvalidProtocolBufferException e) {
            throw ledger.unreadable("what is stored of " + id, e);
        }
    }

    private void row(String id, ResultSet row) throws SQLException, InvalidProtocolBufferException {
        story.put("id", id)
                .put("sequence", row.getLong(1))
                .put("state", Words.state(row.getInt(2)))
                .put("why", Words.why(row.getInt(3)))
                .put("reason", row.getString(4))
                .put("model", row.getString(5) + "/" + row.getLong(6))
                .put("edge_label", row.getString(7))
                .put("promised_at", time(row.getLong(8)))
                .put("reply_partition", row.getInt(9));
        double edgeWrong = row.getDouble(12);
        if (!row.wasNull()) {
            story.put("edge_wrong_probability", edgeWrong);
        }
        byte[] payload = row.getBytes(15);
        byte[] envelope = payload == null ? row.getBytes(13) : payload;
        if (envelope != null) {
            sample(EscalatedSample.parseFrom(envelope));
        }
        if (payload == null) {
            story.putNull("payload_bytes");
        } else {
            story.put("payload_bytes", row.getLong(14));
            for (Tensor tensor : EscalatedSample.parseFrom(payload).getTensors().getTensorsList()) {
                story.withArray("tensors")
                        .add("%s %s%s".formatted(tensor.getName(), tensor.getDatatype(), tensor.getShapeList()));
            }
        }
        verdict(story, row.getBytes(10), row.getLong(11));
    }

    private void sample(EscalatedSample sample) {
        story.put("tenant", sample.getTenant())
                .put("site", sample.getSite())
                .put("device", sample.getDevice())
                .put("subject", sample.getSubject())
                .put("ensemble", sample.getEnsemble())
                .put("score_name", sample.getScoreName())
                .put("score", sample.getScore())
                .put("threshold", sample.getThreshold())
                .put("inclusion_probability", sample.getInclusionProbability())
                .put("gate_epoch", sample.getGateEpoch())
                .put(
                        "content_digest",
                        HexFormat.of().formatHex(sample.getContentDigest().toByteArray()));
    }

    private static void verdict(ObjectNode node, byte[] stored, long decidedAtMillis)
            throws InvalidProtocolBufferException {
        if (stored == null) {
            node.putNull("verdict");
            return;
        }
        Verdict.Final decided = Verdict.Final.parseFrom(stored);
        ObjectNode verdict = node.putObject("verdict")
                .put("label", decided.getLabel())
                .put("source", Words.source(decided.getSource()))
                .put("rank", decided.getRank())
                .put("revision", decided.getRevision())
                .put("degraded", decided.getDegraded())
                .put("decided_at", time(decidedAtMillis));
        if (decided.hasEnsemble()) {
            verdict.put(
                    "ensemble",
                    decided.getEnsemble().getName() + "/"
                            + decided.getEnsemble().getVersion());
        }
    }

    private void waitingLabel(LedgerFile ledger, long sequence) throws SQLException, InvalidProtocolBufferException {
        if (!ledger.hasReports()) {
            return;
        }
        try (PreparedStatement select =
                ledger.connection().prepareStatement("SELECT label FROM report WHERE sequence = ?")) {
            select.setLong(1, sequence);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    ReportedLabel label = ReportedLabel.parseFrom(row.getBytes(1));
                    story.putObject("label_to_be_sent")
                            .put("label", label.getLabel())
                            .put("revision", label.getRevision())
                            .put("reported_at", time(label.getReportedAt()));
                }
            }
        }
    }

    private void events(LedgerFile ledger, long sequence) throws SQLException, InvalidProtocolBufferException {
        story.putArray("events");
        try (PreparedStatement select = ledger.connection()
                .prepareStatement(
                        "SELECT cursor, state, reason, verdict, decided_at FROM event WHERE sequence = ? ORDER BY cursor")) {
            select.setLong(1, sequence);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ObjectNode event = story.withArray("events")
                            .addObject()
                            .put("cursor", rows.getLong(1))
                            .put("state", Words.state(rows.getInt(2)))
                            .put("reason", rows.getString(3));
                    verdict(event, rows.getBytes(4), rows.getLong(5));
                }
            }
        }
    }

    /** Null where no time is known. */
    private static String time(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis).toString();
    }

    private static String time(Timestamp time) {
        return time(Math.addExact(Math.multiplyExact(time.getSeconds(), 1000), time.getNanos() / 1_000_000));
    }

    /** Prints it: for people, or as one line of JSON. */
    public void print(PrintWriter out, boolean asJson) {
        FactSheet.print(out, story, asJson);
    }
}
