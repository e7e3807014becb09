package io.tiergate.cli.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Verdict;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints the ledger's escalations in the order of their promise. However many there are, it holds a page of them. */
public final class EscalationList {
    private static final int PAGE_ROWS = 1000;
    private static final String LINE = "%-36s  %-8s  %-9s  %-24s  %s";

    private final ObjectMapper json = new ObjectMapper();
    private final PrintWriter out;
    private final boolean asJson;

    /** @param asJson one object a line in place of a table */
    public EscalationList(PrintWriter out, boolean asJson) {
        this.out = out;
        this.asJson = asJson;
    }

    /**
     * One line. The names are the contract of {@code --json}.
     *
     * @param reason why the gate sent it; once parked or rejected, why that
     * @param why {@code escalated} or {@code audited}
     * @param label of the verdict; null without
     * @param source of the verdict; null without
     */
    record Line(String id, String state, String reason, String why, String label, String source) {
        String verdict() {
            return label == null ? "-" : label + " (" + source.toLowerCase(Locale.ROOT) + ")";
        }
    }

    private record Page(List<Line> lines, long last) {}

    /**
     * Prints them all.
     *
     * @param states which to print
     * @throws io.tiergate.cli.CommandFailure if the ledger cannot be read
     */
    public void print(LedgerFile ledger, Set<EscalationState> states) {
        String codes = states.stream()
                .map(state -> Integer.toString(state.getNumber()))
                .collect(Collectors.joining(", "));
        try (PreparedStatement select = ledger.connection()
                .prepareStatement(
                        "SELECT sequence, id, state, reason, purpose, verdict FROM escalation WHERE sequence > ? AND state IN (%s) ORDER BY sequence LIMIT %d"
                                .formatted(codes, PAGE_ROWS))) {
            if (!asJson) {
                out.println(LINE.formatted("ID", "STATE", "WHY", "VERDICT", "REASON"));
            }
            Page page = page(select, Long.MIN_VALUE);
            // Whoever reads the output may be slow, or gone: no answer of the database is open meanwhile.
            while (!page.lines.isEmpty() && !out.checkError()) {
                page.lines.forEach(this::print);
                page = page(select, page.last);
            }
            out.flush();
        } catch (SQLException e) {
            throw ledger.failure(e);
        }
    }

    private static Page page(PreparedStatement select, long after) throws SQLException {
        List<Line> lines = new ArrayList<>();
        long last = after;
        select.setLong(1, after);
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                last = rows.getLong(1);
                lines.add(line(rows));
            }
        }
        return new Page(lines, last);
    }

    private static Line line(ResultSet row) throws SQLException {
        byte[] stored = row.getBytes(6);
        String label = null;
        String source = null;
        if (stored != null) {
            try {
                Verdict.Final verdict = Verdict.Final.parseFrom(stored);
                label = verdict.getLabel();
                source = Words.source(verdict.getSource());
            } catch (InvalidProtocolBufferException e) {
                throw new SQLException("the verdict of " + row.getString(2) + " cannot be read", "", Damage.CORRUPT, e);
            }
        }
        return new Line(
                row.getString(2),
                Words.state(row.getInt(3)),
                row.getString(4),
                Words.why(row.getInt(5)),
                label,
                source);
    }

    private void print(Line line) {
        if (asJson) {
            try {
                out.println(json.writeValueAsString(line));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            out.println(LINE.formatted(line.id, line.state, line.why, line.verdict(), line.reason));
        }
    }
}
