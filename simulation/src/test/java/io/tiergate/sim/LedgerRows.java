package io.tiergate.sim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.SimulatedDisk;
import io.tiergate.proto.v1.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is on the disk, read past the ledger. */
final class LedgerRows {
    /** How much a verdict counts. */
    record Standing(int rank, int revision) {
        static final Standing NONE = new Standing(0, -1);

        boolean isAbove(Standing other) {
            return rank > other.rank || (rank == other.rank && revision > other.revision);
        }

        Standing higher(Standing other) {
            return isAbove(other) ? this : other;
        }
    }

    /** @param verdict of an event that tells one */
    private record Event(EscalationState state, Optional<Standing> verdict) {}

    /** An escalation with its events, in their order. */
    record Row(String id, EscalationState state, int rank, int revision, List<Event> events) {
        Standing standing() {
            return new Standing(rank, revision);
        }

        /** Each verdict was applied once, in rising order, and nothing ended came back. */
        void requireSoundEvents() {
            Standing highest = Standing.NONE;
            for (Event event : events) {
                boolean decided = event.verdict().isPresent();
                Audit.require(
                        decided == (event.state() == EscalationState.VERDICT), "an event without its verdict: " + this);
                Audit.require(
                        decided || highest.equals(Standing.NONE), "something happened after the verdict: " + this);
                Audit.require(
                        !decided || event.verdict().get().isAbove(highest), "a verdict was applied twice: " + this);
                highest = event.verdict().orElse(highest);
            }
            Audit.require(
                    state == EscalationState.PENDING
                            || state == EscalationState.SENT
                            || (!events.isEmpty() && events.getLast().state() == state),
                    "the last event is not the state: " + this);
        }
    }

    private static final String ROW = "SELECT id, state, verdict_rank, verdict_revision, sequence FROM escalation";

    private final PreparedStatement one;
    private final PreparedStatement all;
    private final PreparedStatement events;
    private final PreparedStatement states;
    private final PreparedStatement bytes;

    LedgerRows(SimulatedDisk disk) throws SQLException {
        Connection connection = disk.inspect();
        one = connection.prepareStatement(ROW + " WHERE id = ?");
        all = connection.prepareStatement(ROW);
        events = connection.prepareStatement("SELECT state, verdict FROM event WHERE sequence = ? ORDER BY cursor");
        states = connection.prepareStatement("SELECT state, count(*) FROM escalation GROUP BY state");
        bytes = connection.prepareStatement("SELECT coalesce(sum(length(sample)), 0) FROM payload");
    }

    Optional<Row> find(String id) {
        return Audit.unchecked(() -> {
            one.setString(1, id);
            return rows(one).stream().findFirst();
        });
    }

    List<Row> all() {
        return Audit.unchecked(() -> rows(all));
    }

    List<Row> in(EscalationState state) {
        return all().stream().filter(row -> row.state() == state).toList();
    }

    private List<Row> rows(PreparedStatement question) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet found = question.executeQuery()) {
            while (found.next()) {
                rows.add(new Row(
                        found.getString(1),
                        SimulatedDisk.state(found.getInt(2)),
                        found.getInt(3),
                        found.getInt(4),
                        events(found.getLong(5))));
            }
        }
        return rows;
    }

    private List<Event> events(long sequence) throws SQLException {
        List<Event> told = new ArrayList<>();
        events.setLong(1, sequence);
        try (ResultSet found = events.executeQuery()) {
            while (found.next()) {
                EscalationState state = SimulatedDisk.state(found.getInt(1));
                told.add(new Event(
                        state,
                        state == EscalationState.VERDICT
                                ? Optional.of(standing(found.getBytes(2)))
                                : Optional.empty()));
            }
        }
        return told;
    }

    private static Standing standing(byte[] verdict) throws SQLException {
        try {
            var decided = Verdict.Final.parseFrom(verdict);
            return new Standing(decided.getRank(), decided.getRevision());
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException(e);
        }
    }

    Map<EscalationState, Long> byState() {
        return Audit.unchecked(() -> {
            Map<EscalationState, Long> counts = new EnumMap<>(EscalationState.class);
            for (EscalationState state : EscalationState.values()) {
                counts.put(state, 0L);
            }
            try (ResultSet found = states.executeQuery()) {
                while (found.next()) {
                    counts.put(SimulatedDisk.state(found.getInt(1)), found.getLong(2));
                }
            }
            return counts;
        });
    }

    long payloadBytes() {
        return Audit.unchecked(() -> {
            try (ResultSet found = bytes.executeQuery()) {
                return found.getLong(1);
            }
        });
    }
}
