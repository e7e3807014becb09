package io.tiergate.edge.escalation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The questions that the ledger answers. Used by one thread at a time. */
final class LedgerReader implements AutoCloseable {
    private static final String ROW =
            "e.id, %1$s.state, e.purpose, e.model, e.version, e.edge_label_index, e.edge_label, %1$s.reason, %1$s.verdict, %1$s.decided_at";

    /** A page ends with what reaches this many bytes: few large samples, or verdicts over many classes, must not fill the memory. */
    static final long LARGEST_PAGE_BYTES = 4L << 20;

    /** Of the ledger's places that are looked through at once. */
    private static final int LARGEST_STEP = 10_000;

    private final Connection connection;
    private final Statements statements;
    private final OutboxPages outbox;
    private final PreparedStatement byId;
    private final PreparedStatement events;
    private final PreparedStatement oldestCursor;
    private final PreparedStatement lastCursor;
    private final PreparedStatement offset;
    private final PreparedStatement awaited;

    LedgerReader(Connection connection) throws SQLException {
        this(connection, new Statements(connection));
    }

    private LedgerReader(Connection connection, Statements statements) throws SQLException {
        this.connection = connection;
        this.statements = statements;
        outbox = new OutboxPages(statements);
        byId = statements.prepare("SELECT " + ROW.formatted("e") + " FROM escalation e WHERE e.id = ?");
        events = statements.prepare(
                "SELECT " + ROW.formatted("v")
                        + ", v.cursor FROM event v JOIN escalation e USING (sequence) WHERE v.cursor > ? ORDER BY v.cursor LIMIT ?");
        oldestCursor = statements.prepare("SELECT coalesce(min(cursor), 0) FROM event");
        // Not max(cursor): the newest change may be deleted, and its cursor is never given again.
        lastCursor = statements.prepare("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event'");
        // By the rows themselves: this is rare, and an index would cost every promise.
        awaited = statements.prepare("""
                SELECT id FROM escalation WHERE sequence > ? AND sequence <= ? AND state IN (2, 3) AND reply_partition = ?
                ORDER BY sequence""");
        offset = statements.prepare("SELECT next_offset FROM inbox WHERE topic = ? AND partition = ?");
    }

    /**
     * The same with statements of its own, in place of this one, which must not be used any more if this succeeds: the driver closes
     * those that fail.
     */
    LedgerReader renewed() throws SQLException {
        statements.close();
        if (!connection.getAutoCommit()) {
            connection.setAutoCommit(true);
        }
        Statements fresh = statements.fresh();
        try {
            return new LedgerReader(connection, fresh);
        } catch (SQLException e) {
            fresh.close();
            throw e;
        }
    }

    /** @param heldBack what is too large to be sent */
    List<PendingRecord> pending(PageRequest request, LargeSamples heldBack) throws SQLException {
        return outbox.read(request, heldBack);
    }

    /**
     * The places of all samples with so many bytes or more.
     *
     * @param bytes 64 KiB or more: smaller ones would have to be looked for one by one
     */
    List<Long> payloadsAbove(long bytes) throws SQLException {
        List<Long> sequences = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT sequence FROM payload WHERE length(sample) > 65536 AND length(sample) > ?")) {
            statement.setLong(1, bytes);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sequences.add(rows.getLong(1));
                }
            }
        }
        return sequences;
    }

    /** Empty if its payload is not needed any more. */
    Optional<LargeSample> largeSample(long sequence) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT e.id, p.sample FROM payload p JOIN escalation e USING (sequence) WHERE p.sequence = ?")) {
            statement.setLong(1, sequence);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new LargeSample(sequence, rows.getString(1), rows.getBytes(2)))
                        : Optional.empty();
            }
        }
    }

    Optional<EscalationRow> find(String id) throws SQLException {
        byId.setString(1, id);
        try (ResultSet rows = byId.executeQuery()) {
            return rows.next() ? Optional.of(row(rows)) : Optional.empty();
        }
    }

    List<EscalationRow> find(List<String> ids) throws SQLException {
        List<EscalationRow> found = new ArrayList<>(ids.size());
        for (String id : ids) {
            find(id).ifPresent(found::add);
        }
        return found;
    }

    EventPage eventsAfter(long cursor, int limit) throws SQLException {
        // One transaction: what is deleted between the questions would be missed without a word.
        connection.setAutoCommit(false);
        try {
            long latest = lastCursor();
            try (ResultSet rows = oldestCursor.executeQuery()) {
                long oldest = rows.getLong(1);
                return new EventPage(events(cursor, limit), oldest == 0 ? latest + 1 : oldest, latest);
            }
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private List<LedgerEvent> events(long cursor, int limit) throws SQLException {
        events.setLong(1, cursor);
        events.setInt(2, limit);
        List<LedgerEvent> found = new ArrayList<>();
        try (ResultSet rows = events.executeQuery()) {
            long bytes = 0;
            while (bytes < LARGEST_PAGE_BYTES && rows.next()) {
                LedgerEvent event = new LedgerEvent(rows.getLong(11), row(rows));
                found.add(event);
                bytes += event.escalation()
                        .verdict()
                        .map(verdict -> verdict.details().getSerializedSize())
                        .orElse(0);
            }
        }
        return found;
    }

    long lastCursor() throws SQLException {
        try (ResultSet rows = lastCursor.executeQuery()) {
            return rows.getLong(1);
        }
    }

    /** The newest escalation that there ever was; 0 if there was none. */
    long lastSequence() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'escalation'")) {
            return rows.getLong(1);
        }
    }

    /** How long gateways had run on this ledger when that was last stored, in milliseconds. */
    long runningMillis() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT running_millis FROM clock")) {
            return rows.getLong(1);
        }
    }

    OptionalLong nextOffset(String topic, int partition) throws SQLException {
        offset.setString(1, topic);
        offset.setInt(2, partition);
        try (ResultSet rows = offset.executeQuery()) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    /**
     * The partitions on which answers may still come: to what is open, and, by a higher rank, to what has ended or is decided already.
     *
     * @param promisedAfterMillis by running time; what has ended and was promised before is not waited for
     */
    Set<Integer> awaitedPartitions(long promisedAfterMillis) throws SQLException {
        Set<Integer> partitions = new TreeSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT DISTINCT reply_partition FROM escalation WHERE state IN (1, 2, 3) OR promised_at > ?")) {
            statement.setLong(1, promisedAfterMillis);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    partitions.add(rows.getInt(1));
                }
            }
        }
        return partitions;
    }

    /** A part of what was sent, or is parked, and waits for its answer on a partition: of the places behind one. */
    AwaitedAnswers awaitedAnswers(int partition, long after) throws SQLException {
        long upTo = after + LARGEST_STEP;
        List<String> ids = new ArrayList<>();
        awaited.setLong(1, after);
        awaited.setLong(2, upTo);
        awaited.setInt(3, partition);
        try (ResultSet rows = awaited.executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return new AwaitedAnswers(ids, upTo, upTo < lastSequence());
    }

    /**
     * The verdicts that were stored last, the oldest of them first, each as it now stands; one that was revised may come more than once.
     *
     * @param limit 0 or more
     */
    void latestVerdicts(int limit, Consumer<AppliedVerdict> each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT e.id, e.verdict, e.envelope, e.edge_label
                FROM (SELECT cursor, sequence FROM event WHERE state = 4 ORDER BY cursor DESC LIMIT ?) v
                JOIN escalation e USING (sequence) WHERE e.verdict IS NOT NULL ORDER BY v.cursor""")) {
            statement.setInt(1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Verdict verdict = Verdict.newBuilder()
                            .setEscalationId(rows.getString(1))
                            .setFinal(verdict(rows.getBytes(2)).orElseThrow())
                            .build();
                    each.accept(new AppliedVerdict(
                            verdict, envelope(rows.getBytes(3), rows.getString(4)), Optional.empty()));
                }
            }
        }
    }

    /**
     * Ids of what is forgotten with the oldest changes, if nothing new is heard of it.
     *
     * @param happenedUpToMillis by running time
     * @param limit how many changes are looked at, at most
     */
    Set<String> endedUpTo(long happenedUpToMillis, int limit) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT e.id, v.happened_at FROM event v JOIN escalation e USING (sequence)
                WHERE e.last_event = v.cursor ORDER BY v.cursor LIMIT ?""")) {
            statement.setInt(1, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next() && rows.getLong(2) <= happenedUpToMillis) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }

    /** The sums over all that was promised ever, counted afresh. */
    LedgerCounts.Tally tally() throws SQLException {
        LedgerCounts.Tally tally = new LedgerCounts.Tally();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT purpose, state, count(*) FROM escalation GROUP BY purpose, state UNION ALL SELECT purpose, state, count FROM removed")) {
                while (rows.next()) {
                    tally.promised(
                            Purpose.forNumber(rows.getInt(1)), EscalationState.of(rows.getInt(2)), rows.getLong(3));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT coalesce(sum(length(sample)), 0) FROM payload")) {
                tally.bytes(rows.getLong(1));
            }
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM report")) {
                tally.labels(rows.getLong(1));
            }
        }
        return tally;
    }

    private static EscalationRow row(ResultSet rows) throws SQLException {
        return new EscalationRow(
                rows.getString(1),
                EscalationState.of(rows.getInt(2)),
                Purpose.forNumber(rows.getInt(3)),
                rows.getString(4),
                rows.getLong(5),
                rows.getInt(6),
                rows.getString(7),
                rows.getString(8),
                verdict(rows.getBytes(9), rows.getLong(10)));
    }

    private static Optional<EscalationRow.DecidedLabel> verdict(byte[] stored, long decidedAtMillis)
            throws SQLException {
        return verdict(stored).map(details -> new EscalationRow.DecidedLabel(details, decidedAtMillis));
    }

    /**
     * A sample without its tensors; of one from before envelopes were kept there is the edge's label alone.
     */
    static EscalatedSample envelope(byte[] stored, String edgeLabel) throws SQLException {
        try {
            return stored != null
                    ? EscalatedSample.parseFrom(stored)
                    : EscalatedSample.newBuilder()
                            .setPrediction(EdgePrediction.newBuilder().setLabel(edgeLabel))
                            .build();
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("ledger holds a sample that cannot be read", e);
        }
    }

    /** A verdict as it is stored; empty where there is none. */
    static Optional<Verdict.Final> verdict(byte[] stored) throws SQLException {
        try {
            return stored == null ? Optional.empty() : Optional.of(Verdict.Final.parseFrom(stored));
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("ledger holds a verdict that cannot be read", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
