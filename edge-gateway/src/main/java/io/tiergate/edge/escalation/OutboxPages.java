package io.tiergate.edge.escalation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.proto.v1.ReportedLabel;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Reads what waits to be sent. First keys, from indexes alone, and then only the records that are wanted: what is under way lies at the same
 * ends of the indexes, and is not read again. Used by one thread at a time.
 */
final class OutboxPages {
    private final PreparedStatement mostValuable;
    private final PreparedStatement oldestOfWorth;
    private final PreparedStatement oldest;
    private final PreparedStatement sample;
    private final PreparedStatement labels;
    private final PreparedStatement label;

    OutboxPages(Statements statements) throws SQLException {
        // Only what waits to be sent is worth 0 or more.
        mostValuable = statements.prepare("""
                SELECT worth, sequence FROM escalation INDEXED BY escalation_worth
                WHERE worth >= 0 ORDER BY worth DESC, sequence DESC LIMIT ?""");
        oldestOfWorth = statements.prepare("""
                SELECT sequence FROM escalation INDEXED BY escalation_worth WHERE worth = ? ORDER BY sequence LIMIT ?""");
        oldest = statements.prepare("""
                SELECT sequence FROM escalation INDEXED BY escalation_pending WHERE state = 1 ORDER BY sequence LIMIT ?""");
        // What is asked about again may have lost its payload for want of room.
        sample = statements.prepare("""
                SELECT e.id, e.attempt, coalesce(p.sample, e.envelope)
                FROM escalation e LEFT JOIN payload p USING (sequence) WHERE e.sequence = ? AND e.state = 1""");
        labels = statements.prepare("SELECT number, sequence FROM report ORDER BY number LIMIT ?");
        label = statements.prepare("""
                SELECT e.sequence, e.id, e.attempt, coalesce(p.sample, e.envelope), r.label
                FROM report r JOIN escalation e USING (sequence) LEFT JOIN payload p USING (sequence)
                WHERE r.number = ?""");
    }

    /**
     * @param heldBack what is too large to be sent; the request leaves out those that it knew
     */
    List<PendingRecord> read(PageRequest request, LargeSamples heldBack) throws SQLException {
        Page page = new Page(request.bytes(), heldBack);
        // Half of a page is the samples', so that a flood of labels does not hold them up.
        int mostLabels = Math.ceilDiv(request.records(), 2);
        for (long number :
                first(mostLabels, sendableLabels(request.reach(mostLabels), heldBack), request::isTakenLabel)) {
            page.add(number, this::label);
        }
        for (long sequence : sequences(request, request.records() - page.records.size())) {
            page.add(sequence, this::sample);
        }
        return page.records;
    }

    private static List<Long> first(int wanted, List<Long> keys, LongPredicate taken) {
        return keys.stream().filter(key -> !taken.test(key)).limit(wanted).toList();
    }

    private List<Long> sequences(PageRequest request, int wanted) throws SQLException {
        int reach = request.reach(wanted);
        return request.choose(
                first(wanted, mostValuable(reach), request::isTakenSample).iterator(),
                first(wanted, numbers(oldest, reach), request::isTakenSample).iterator(),
                wanted);
    }

    private record Valued(double worth, long sequence) {
        static final Comparator<Valued> BEST_AND_OLDEST_FIRST =
                Comparator.comparingDouble(Valued::worth).reversed().thenComparingLong(Valued::sequence);
    }

    /** The index has the newest of equal worth first. They are put right here, and where not all were read their oldest are read anew. */
    private List<Long> mostValuable(int limit) throws SQLException {
        List<Valued> found = new ArrayList<>();
        mostValuable.setInt(1, limit);
        try (ResultSet rows = mostValuable.executeQuery()) {
            while (rows.next()) {
                found.add(new Valued(rows.getDouble(1), rows.getLong(2)));
            }
        }
        if (!found.isEmpty() && found.size() == limit) {
            double last = found.getLast().worth();
            found.removeIf(each -> each.worth() == last);
            oldestOfWorth.setDouble(1, last);
            oldestOfWorth.setInt(2, limit - found.size());
            try (ResultSet rows = oldestOfWorth.executeQuery()) {
                while (rows.next()) {
                    found.add(new Valued(last, rows.getLong(1)));
                }
            }
        }
        return found.stream()
                .sorted(Valued.BEST_AND_OLDEST_FIRST)
                .map(Valued::sequence)
                .toList();
    }

    private static List<Long> numbers(PreparedStatement question, int limit) throws SQLException {
        question.setInt(1, limit);
        List<Long> numbers = new ArrayList<>();
        try (ResultSet rows = question.executeQuery()) {
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
        }
        return numbers;
    }

    private List<Long> sendableLabels(int limit, LargeSamples heldBack) throws SQLException {
        labels.setInt(1, limit);
        List<Long> numbers = new ArrayList<>();
        try (ResultSet rows = labels.executeQuery()) {
            while (rows.next()) {
                if (!heldBack.contains(rows.getLong(2))) {
                    numbers.add(rows.getLong(1));
                }
            }
        }
        return numbers;
    }

    private interface Reading {
        Optional<PendingRecord> of(long key) throws SQLException;
    }

    private static final class Page {
        private final List<PendingRecord> records = new ArrayList<>();
        private final long mostBytes;
        private final LargeSamples heldBack;
        private long bytes;

        Page(long mostBytes, LargeSamples heldBack) {
            this.mostBytes = mostBytes;
            this.heldBack = heldBack;
        }

        void add(long key, Reading reading) throws SQLException {
            if (bytes < mostBytes) {
                Optional<PendingRecord> record = reading.of(key);
                // One that was promised just now may be on disk before it is known to be held back.
                if (record.isPresent() && !heldBack.isTooLarge(record.get().sizeBytes())) {
                    records.add(record.get());
                    bytes += record.get().sizeBytes();
                }
            }
        }
    }

    /** Empty if it waits no more. */
    private Optional<PendingRecord> sample(long sequence) throws SQLException {
        sample.setLong(1, sequence);
        try (ResultSet row = sample.executeQuery()) {
            return row.next()
                    ? Optional.of(new PendingRecord.Sample(
                            sequence,
                            row.getString(1),
                            row.getInt(2),
                            UnsafeByteOperations.unsafeWrap(row.getBytes(3))))
                    : Optional.empty();
        }
    }

    private Optional<PendingRecord> label(long number) throws SQLException {
        label.setLong(1, number);
        try (ResultSet row = label.executeQuery()) {
            return row.next()
                    ? Optional.of(new PendingRecord.Label(
                            number,
                            row.getLong(1),
                            row.getString(2),
                            row.getInt(3),
                            UnsafeByteOperations.unsafeWrap(row.getBytes(4)),
                            ReportedLabel.parseFrom(row.getBytes(5))))
                    : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("ledger holds a reported label that cannot be read", e);
        }
    }
}
