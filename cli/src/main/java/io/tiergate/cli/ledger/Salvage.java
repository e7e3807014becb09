package io.tiergate.cli.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Copies what can be read of a damaged ledger into a fresh one, row by row. A promised id is given up last: where only a sample, an event
 * or the index is left of it, these tell what became of it.
 */
final class Salvage {
    /** The reason of escalations that end with what was lost of them. */
    static final String LOST = "lost-to-damage";

    /** SQLite's name for the index of what is unique in a table. */
    private static final String IDS = "sqlite_autoindex_escalation_1";

    private final Connection damaged;
    private final Connection fresh;
    private final int format;
    private final Findings findings = new Findings();

    /** Counts of escalations. */
    static final class Findings {
        long rebuilt;
        long onlyId;
    }

    /** The copy itself cannot be written: the disk's fault, not the damage's. */
    static final class CopyFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CopyFailure(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * @param fresh empty, of the same format, within a transaction that is the caller's to commit
     */
    Salvage(Connection damaged, Connection fresh, int format) {
        this.damaged = damaged;
        this.fresh = fresh;
        this.format = format;
    }

    /** Copies everything; what belongs together may not yet agree. */
    Findings copy() throws SQLException {
        long highest = highestSequence();
        escalations(highest);
        payloads(highest);
        idsOfTheIndex(highest);
        long highestCursor = highestOf("event", "cursor");
        table("event", "cursor", highestCursor);
        if (format >= 2) {
            table("report", "number", highestOf("report", "number"));
        }
        table("inbox", "rowid", highest("inbox", "rowid"));
        if (format >= 4) {
            clock();
        }
        if (format >= 8) {
            table("removed", "rowid", highest("removed", "rowid"));
        }
        keepNumbers("escalation", highest);
        keepNumbers("event", highestCursor);
        if (format >= 2) {
            keepNumbers("report", given("report"));
        }
        return findings;
    }

    /**
     * No sequence is above it: what the ledger says that it has given, if that can be. A damaged key must not pass for one, since all
     * that are still to be given would follow it.
     */
    private long highestSequence() {
        long given = given("escalation");
        long ids = TableReading.number(damaged, "SELECT count(*) FROM escalation INDEXED BY " + IDS)
                .orElse(0);
        return given > 0 && given >= ids
                ? given
                : Stream.of(
                                given,
                                highest("escalation", "sequence"),
                                highest("payload", "sequence"),
                                highest("event", "sequence"),
                                highest("escalation INDEXED BY " + IDS, "sequence"))
                        .reduce(0L, Math::max);
    }

    private long highestOf(String table, String key) {
        long given = given(table);
        return given > 0 ? given : highest(table, key);
    }

    private long given(String table) {
        return TableReading.number(damaged, "SELECT max(seq) FROM sqlite_sequence WHERE name = '" + table + "'")
                .orElse(0);
    }

    private long highest(String table, String key) {
        return TableReading.number(damaged, "SELECT max(%s) FROM %s".formatted(key, table))
                .orElse(0);
    }

    /** Running time never goes back: behind what was promised last, samples would outlive their time. */
    private void clock() throws SQLException {
        long running =
                TableReading.number(damaged, "SELECT running_millis FROM clock").orElse(0);
        long promised = TableReading.number(fresh, "SELECT max(promised_at) FROM escalation")
                .orElse(0);
        try (PreparedStatement statement = fresh.prepareStatement("UPDATE clock SET running_millis = ?")) {
            statement.setLong(1, Math.max(running, promised));
            statement.executeUpdate();
        }
    }

    private interface Copying {
        void run() throws SQLException;
    }

    /** A row that breaks the fresh ledger's rules is lost; a copy that cannot be written ends the repair. */
    private static void unlessRefused(Copying copying) {
        try {
            copying.run();
        } catch (SQLException e) {
            if (e.getErrorCode() != Damage.CONSTRAINT && e.getErrorCode() != Damage.MISMATCH) {
                throw new CopyFailure(e);
            }
        }
    }

    private List<String> columns(String table) throws SQLException {
        try (Statement statement = fresh.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name FROM pragma_table_info('" + table + "')")) {
            List<String> columns = new ArrayList<>();
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
            return columns;
        }
    }

    private PreparedStatement inserting(String table, List<String> columns) throws SQLException {
        return fresh.prepareStatement("INSERT INTO %s (%s) VALUES (%s)"
                .formatted(
                        table,
                        String.join(", ", columns),
                        String.join(", ", columns.stream().map(column -> "?").toList())));
    }

    /** Copies a table as it is: what its rows mean is looked at when all are there. */
    private void table(String table, String key, long highest) throws SQLException {
        List<String> columns = columns(table);
        try (PreparedStatement insert = inserting(table, columns)) {
            TableReading.read(
                    damaged,
                    table,
                    key,
                    columns,
                    highest,
                    values -> unlessRefused(() -> {
                        for (int column = 1; column <= columns.size(); column++) {
                            insert.setObject(column, values.get(column));
                        }
                        insert.executeUpdate();
                    }));
        }
    }

    private void escalations(long highest) throws SQLException {
        List<String> columns = columns("escalation");
        try (PreparedStatement insert = inserting("escalation", columns)) {
            TableReading.read(damaged, "escalation", "sequence", columns, highest, values -> {
                Map<String, Object> row = new HashMap<>();
                for (int column = 0; column < columns.size(); column++) {
                    row.put(columns.get(column), values.get(column + 1));
                }
                if (isWhole(row)) {
                    mend(row);
                    unlessRefused(() -> {
                        for (int column = 0; column < columns.size(); column++) {
                            insert.setObject(column + 1, row.get(columns.get(column)));
                        }
                        insert.executeUpdate();
                    });
                }
            });
        }
    }

    private static boolean isWhole(Map<String, Object> row) {
        return row.get("id") instanceof String id
                && !id.isBlank()
                && row.get("state") instanceof Number state
                && Words.isState(state.intValue())
                && row.get("purpose") instanceof Number purpose
                && Set.of(Purpose.PURPOSE_ESCALATED_VALUE, Purpose.PURPOSE_AUDITED_VALUE)
                        .contains(purpose.intValue());
    }

    /** Takes out of a row what is not right in it. */
    private void mend(Map<String, Object> row) {
        if (row.get("envelope") instanceof byte[] envelope) {
            trueId(envelope, String.valueOf(row.get("id"))).ifPresent(id -> row.replace("id", id));
        }
        if (!(row.get("envelope") instanceof byte[] envelope)
                || !StoredEscalation.isSampleOf(ByteString.copyFrom(envelope), String.valueOf(row.get("id")))) {
            row.replace("envelope", null);
        }
        if (!(row.get("verdict") instanceof byte[] verdict)
                || !StoredEscalation.isVerdict(ByteString.copyFrom(verdict))) {
            row.replace("verdict", null);
            row.replace("verdict_rank", 0);
            row.replace("verdict_revision", -1);
            if (((Number) row.get("state")).intValue() == EscalationState.ESCALATION_STATE_VERDICT_VALUE) {
                row.replace("state", EscalationState.ESCALATION_STATE_REJECTED_VALUE);
                row.replace("reason", LOST);
            }
        } else {
            // A verdict is never taken back.
            row.replace("state", EscalationState.ESCALATION_STATE_VERDICT_VALUE);
        }
    }

    /** The id in the envelope, where the index has it and does not have the row's. */
    private Optional<String> trueId(byte[] envelope, String id) {
        try {
            String other = EscalatedSample.parseFrom(envelope).getEscalationId();
            return !other.equals(id) && isInIndex(other) && !isInIndex(id) ? Optional.of(other) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    private boolean isInIndex(String id) {
        try (PreparedStatement select =
                damaged.prepareStatement("SELECT id FROM escalation INDEXED BY " + IDS + " WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        } catch (SQLException e) {
            return false;
        }
    }

    private void payloads(long highest) throws SQLException {
        try (PreparedStatement find = fresh.prepareStatement("SELECT id FROM escalation WHERE sequence = ?");
                PreparedStatement insert =
                        fresh.prepareStatement("INSERT INTO payload (sequence, sample) VALUES (?, ?)")) {
            TableReading.read(damaged, "payload", "sequence", List.of("sample"), highest, values -> {
                if (values.get(1) instanceof byte[] stored) {
                    unlessRefused(() -> payload(find, insert, ((Number) values.getFirst()).longValue(), stored));
                }
            });
        }
    }

    private void payload(PreparedStatement find, PreparedStatement insert, long sequence, byte[] stored)
            throws SQLException {
        EscalatedSample sample;
        try {
            sample = EscalatedSample.parseFrom(stored);
        } catch (InvalidProtocolBufferException e) {
            return;
        }
        find.setLong(1, sequence);
        String id;
        try (ResultSet row = find.executeQuery()) {
            id = row.next() ? row.getString(1) : null;
        }
        if (id == null) {
            // To be sent again if no event says what became of it: the cloud knows a question that it has answered.
            promise(sequence, sample, EscalationState.ESCALATION_STATE_PENDING_VALUE, sample.getReason());
            findings.rebuilt++;
        } else if (!id.equals(sample.getEscalationId())) {
            return;
        }
        if (format >= 2) {
            try (PreparedStatement complete = fresh.prepareStatement(
                    "UPDATE escalation SET envelope = ? WHERE sequence = ? AND envelope IS NULL")) {
                complete.setBytes(1, sample.toBuilder().clearPayload().build().toByteArray());
                complete.setLong(2, sequence);
                complete.executeUpdate();
            }
        }
        insert.setLong(1, sequence);
        insert.setBytes(2, stored);
        insert.executeUpdate();
    }

    private void promise(long sequence, EscalatedSample sample, int state, String reason) throws SQLException {
        try (PreparedStatement insert = fresh.prepareStatement("""
                INSERT INTO escalation (sequence, id, state, purpose, attempt, reply_partition, model, version, edge_label_index, edge_label, reason, created_at)
                VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)""")) {
            insert.setLong(1, sequence);
            insert.setString(2, sample.getEscalationId());
            insert.setInt(3, state);
            insert.setInt(
                    4,
                    sample.getPurpose() == Purpose.PURPOSE_AUDITED
                            ? Purpose.PURPOSE_AUDITED_VALUE
                            : Purpose.PURPOSE_ESCALATED_VALUE);
            insert.setInt(5, sample.getReplyPartition());
            insert.setString(6, sample.getModel().getName());
            insert.setLong(7, sample.getModel().getVersion());
            insert.setInt(8, sample.getPrediction().getLabelIndex());
            insert.setString(9, sample.getPrediction().getLabel());
            insert.setString(10, reason);
            insert.setLong(11, sample.getCreatedAt().getSeconds() * 1000);
            insert.executeUpdate();
        }
    }

    /** Ids of which there is neither a row nor a sample: they end, so that who asks for them is told. */
    private void idsOfTheIndex(long highest) throws SQLException {
        try (PreparedStatement find = fresh.prepareStatement("SELECT 1 FROM escalation WHERE sequence = ? OR id = ?");
                Statement statement = damaged.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT sequence, id FROM escalation INDEXED BY " + IDS + " ORDER BY id")) {
            while (rows.next()) {
                long sequence = rows.getLong(1);
                String id = rows.getString(2);
                if (id == null || sequence < 1 || sequence > highest) {
                    continue;
                }
                unlessRefused(() -> {
                    find.setLong(1, sequence);
                    find.setString(2, id);
                    try (ResultSet found = find.executeQuery()) {
                        if (!found.next()) {
                            promise(
                                    sequence,
                                    EscalatedSample.newBuilder()
                                            .setEscalationId(id)
                                            .build(),
                                    EscalationState.ESCALATION_STATE_REJECTED_VALUE,
                                    LOST);
                            findings.onlyId++;
                        }
                    }
                });
            }
        } catch (SQLException e) {
            // The index is damaged, too: what it has told so far is all there is.
            return;
        }
    }

    /** A number that was given once is never given again: clients hold cursors, and the broker has sequences. */
    private void keepNumbers(String table, long given) throws SQLException {
        try (Statement statement = fresh.createStatement()) {
            statement.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT '%s', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '%s')"
                            .formatted(table, table));
            statement.execute(
                    "UPDATE sqlite_sequence SET seq = max(seq, %d) WHERE name = '%s'".formatted(given, table));
        }
    }
}
