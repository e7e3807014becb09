package io.tiergate.cli.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Reads what can be read of a damaged table, in the order of its keys. */
final class TableReading {
    /** Keys tried one after the other where nothing can be read: some minutes' work, then the rest is given up. */
    private static final long MOST_TRIED = 10_000_000;

    private final PreparedStatement select;
    private final PreparedStatement findKey;
    private final int columns;

    private TableReading(PreparedStatement select, PreparedStatement findKey, int columns) {
        this.select = select;
        this.findKey = findKey;
        this.columns = columns;
    }

    /**
     * Reads rows.
     *
     * @param key the table's integer key, or {@code rowid}; it comes first in each row
     * @param highest no key is above it
     * @param each gets the values, of whatever type they are stored with
     */
    static void read(
            Connection damaged,
            String table,
            String key,
            List<String> columns,
            long highest,
            Consumer<List<Object>> each) {
        String from = " FROM %s WHERE %s >= ? ORDER BY %s".formatted(table, key, key);
        try (PreparedStatement select =
                        damaged.prepareStatement("SELECT " + key + ", " + String.join(", ", columns) + from);
                PreparedStatement findKey = damaged.prepareStatement("SELECT " + key + from + " LIMIT 1")) {
            new TableReading(select, findKey, columns.size() + 1).read(highest, each);
        } catch (SQLException e) {
            // The table is not even in the schema any more: there is nothing to read.
            return;
        }
    }

    private void read(long highest, Consumer<List<Object>> each) {
        long next = 1;
        long tried = 0;
        while (next <= highest && tried < MOST_TRIED) {
            long from = next;
            next = readFrom(from, each);
            if (next == Long.MAX_VALUE) {
                return;
            }
            if (next > from) {
                tried = 0;
            }
            // Here something is damaged: a row, which can be passed if its key can be read, or all rows of a page.
            OptionalLong broken = keyFrom(next);
            next = Math.max(next, broken.orElse(next)) + 1;
            tried++;
        }
    }

    /** Returns the key to go on with after damage; the greatest number there is if there was none. */
    private long readFrom(long from, Consumer<List<Object>> each) {
        long next = from;
        try {
            select.setLong(1, from);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    List<Object> values = values(rows);
                    if (!(values.getFirst() instanceof Number key) || key.longValue() < next) {
                        return next;
                    }
                    next = key.longValue() + 1;
                    each.accept(values);
                }
                return Long.MAX_VALUE;
            }
        } catch (SQLException e) {
            return next;
        }
    }

    private List<Object> values(ResultSet rows) throws SQLException {
        List<Object> values = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
            values.add(rows.getObject(column));
        }
        return values;
    }

    private OptionalLong keyFrom(long from) {
        try {
            findKey.setLong(1, from);
            try (ResultSet row = findKey.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        } catch (SQLException e) {
            return OptionalLong.empty();
        }
    }

    /** The first number of an answer, if there is an answer. */
    static OptionalLong number(Connection damaged, String question) {
        try (PreparedStatement statement = damaged.prepareStatement(question);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        } catch (SQLException e) {
            return OptionalLong.empty();
        }
    }
}
