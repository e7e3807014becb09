package io.tiergate.cli.ledger;

import com.google.protobuf.ByteString;
import io.tiergate.ledger.LedgerFormat;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.UUID;

/** A ledger with a gateway's schema of any format, written as a gateway writes it, one transaction a call. */
public final class TestLedger implements AutoCloseable {
    private static final int TENSOR_BYTES = 3000;

    private final Connection connection;
    private final int format;
    private final Random random = new Random(7);

    private TestLedger(Connection connection, int format) {
        this.connection = connection;
        this.format = format;
    }

    /** A new one in a folder. */
    public static TestLedger create(Path folder, int format) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = OFF");
        }
        LedgerFormat.upgrade(connection, 0, format);
        connection.setAutoCommit(false);
        return new TestLedger(connection, format);
    }

    public static TestLedger create(Path folder) throws SQLException {
        return create(folder, LedgerFormat.newest());
    }

    Connection connection() {
        return connection;
    }

    /** A sample with an id of its own and some tensors. */
    EscalatedSample.Builder sample(Purpose purpose) {
        byte[] data = new byte[TENSOR_BYTES];
        random.nextBytes(data);
        EscalatedSample.Builder sample = EscalatedSample.newBuilder()
                .setEscalationId(new UUID(random.nextLong(), random.nextLong()).toString())
                .setPurpose(purpose)
                .setSite("line-3")
                .setReason(purpose == Purpose.PURPOSE_AUDITED ? "confident" : "below-threshold")
                .setInclusionProbability(1)
                .setScoreName("margin")
                .setTensors(Tensors.newBuilder()
                        .addTensors(Tensor.newBuilder()
                                .setName("input")
                                .setDatatype("UINT8")
                                .addShape(TENSOR_BYTES)
                                .setData(ByteString.copyFrom(data))));
        sample.getModelBuilder().setName("tiny-edge").setVersion(1);
        sample.getPredictionBuilder().setLabel("a");
        return sample;
    }

    /** Promises so many and leaves them pending. */
    void promise(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            insert(sample(Purpose.PURPOSE_ESCALATED).build());
        }
        connection.commit();
    }

    public String promise(Purpose purpose) throws SQLException {
        return promise(sample(purpose).build());
    }

    public String promise(EscalatedSample sample) throws SQLException {
        insert(sample);
        connection.commit();
        return sample.getEscalationId();
    }

    private void insert(EscalatedSample sample) throws SQLException {
        try (PreparedStatement row = connection.prepareStatement("""
                INSERT INTO escalation (id, state, purpose, attempt, reply_partition, model, version, edge_label_index, edge_label, reason, created_at)
                VALUES (?, 1, ?, 1, 0, ?, 1, 0, ?, ?, 1767225600000)""")) {
            row.setString(1, sample.getEscalationId());
            row.setInt(2, sample.getPurposeValue());
            row.setString(3, sample.getModel().getName());
            row.setString(4, sample.getPrediction().getLabel());
            row.setString(5, sample.getReason());
            row.executeUpdate();
        }
        if (format >= 2) {
            bytes(
                    "UPDATE escalation SET envelope = ? WHERE id = ?",
                    sample.toBuilder().clearPayload().build().toByteArray(),
                    sample.getEscalationId());
        }
        bytes(
                "INSERT INTO payload (sample, sequence) SELECT ?, sequence FROM escalation WHERE id = ?",
                sample.toByteArray(),
                sample.getEscalationId());
        worth(sample.getEscalationId(), sample.getPurpose() == Purpose.PURPOSE_AUDITED ? "2" : "0.7");
    }

    private void worth(String id, String worth) throws SQLException {
        if (format >= 5) {
            execute("UPDATE escalation SET worth = %s WHERE id = '%s'".formatted(worth, id));
        }
    }

    private void bytes(String change, byte[] value, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(change)) {
            statement.setBytes(1, value);
            statement.setString(2, id);
            statement.executeUpdate();
        }
    }

    void sent(String id) throws SQLException {
        execute("UPDATE escalation SET state = 2 WHERE id = '%s'".formatted(id));
        worth(id, "-1");
        connection.commit();
    }

    /** What was sent or parked is asked about again, without its payload. */
    void askedAgain(String id) throws SQLException {
        execute("UPDATE escalation SET state = 1, attempt = attempt + 1 WHERE id = '%s'".formatted(id));
        dropPayload(id);
        connection.commit();
    }

    void parked(String id) throws SQLException {
        move(id, EscalationState.ESCALATION_STATE_PARKED, "unsure");
        worth(id, "-2");
        connection.commit();
    }

    void rejected(String id, String reason) throws SQLException {
        move(id, EscalationState.ESCALATION_STATE_REJECTED, reason);
        dropPayload(id);
        connection.commit();
    }

    public void verdict(String id, String label, VerdictSource source) throws SQLException {
        decide(id, label, source);
        dropPayload(id);
        connection.commit();
    }

    /** An application's label, which waits to be sent with its sample. */
    void reported(String id, String label) throws SQLException {
        bytes(
                "INSERT INTO report (label, sequence) SELECT ?, sequence FROM escalation WHERE id = ?",
                ReportedLabel.newBuilder().setLabel(label).build().toByteArray(),
                id);
        decide(id, label, VerdictSource.VERDICT_SOURCE_APPLICATION);
        worth(id, "NULL");
        connection.commit();
    }

    private void decide(String id, String label, VerdictSource source) throws SQLException {
        bytes(
                "UPDATE escalation SET verdict = ?, verdict_rank = 10, verdict_revision = 0, decided_at = 1767225601000 WHERE id = ?",
                Verdict.Final.newBuilder()
                        .setLabel(label)
                        .setSource(source)
                        .setRank(10)
                        .build()
                        .toByteArray(),
                id);
        execute("UPDATE escalation SET state = 4 WHERE id = '%s'".formatted(id));
        event(id);
    }

    private void move(String id, EscalationState state, String reason) throws SQLException {
        execute("UPDATE escalation SET state = %d, reason = '%s' WHERE id = '%s'"
                .formatted(state.getNumber(), reason, id));
        event(id);
    }

    private void event(String id) throws SQLException {
        execute(
                "INSERT INTO event (sequence, state, reason, verdict, decided_at) SELECT sequence, state, reason, verdict, decided_at FROM escalation WHERE id = '%s'"
                        .formatted(id));
        if (format >= 8) {
            execute("UPDATE escalation SET last_event = last_insert_rowid() WHERE id = '%s'".formatted(id));
        }
    }

    /** What ended so long ago that only its number is kept. */
    void removed(String id) throws SQLException {
        String sequence = "(SELECT sequence FROM escalation WHERE id = '%s')".formatted(id);
        execute("DELETE FROM event WHERE sequence = " + sequence);
        execute(
                "INSERT INTO removed SELECT purpose, state, 1 FROM escalation WHERE id = '%s' ON CONFLICT DO UPDATE SET count = count + 1"
                        .formatted(id));
        execute("DELETE FROM escalation WHERE id = '%s'".formatted(id));
        connection.commit();
    }

    private void dropPayload(String id) throws SQLException {
        execute("DELETE FROM payload WHERE sequence = (SELECT sequence FROM escalation WHERE id = '%s')".formatted(id));
        worth(id, "NULL");
    }

    void execute(String change) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(change);
        }
    }

    long number(String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            return row.getLong(1);
        }
    }

    /** Commits, and brings the journal into the file. */
    @Override
    public void close() throws SQLException {
        connection.commit();
        connection.close();
    }
}
