package io.tiergate.cli.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads what can be read of a damaged table. Damage may have changed keys, too, so that they do not always ascend, and rows may come twice:
 * whoever takes them has to refuse the second.
 */
final class TableReading {
    /** Keys tried one after the other where nothing can be read: some minutes' work, then the rest is given up. */
    private static final long MOST_TRIED = 10_000_000;

    private final Connection damaged;
    private final String select;
    private final int columns;
    private final long highest;
    private long next = 1;

    private TableReading(Connection damaged, String select, int columns, long highest) {
        this.damaged = damaged;
        this.select = select;
        this.columns = columns;
        this.highest = highest;
    }

    /**
     * Reads rows.
     *
     * @param key the table's integer key, or {@code rowid}; it comes first in each row
     * @param highest no key is above it; what is, is damage
     * @param each gets the values, of whatever type they are stored with
     */
    static void read(
            Connection damaged,
            String table,
            String key,
            List<String> columns,
            long highest,
            Consumer<List<Object>> each) {
        String select = "SELECT %1$s, %2$s FROM %3$s WHERE %1$s >= ? ORDER BY %1$s"
                .formatted(key, String.join(", ", columns), table);
        TableReading reading = new TableReading(damaged, select, columns.size() + 1, highest);
        for (long tried = 0; reading.next <= highest && tried < MOST_TRIED; tried++) {
            if (reading.isReadToTheEnd(each)) {
                return;
            }
        }
    }

    /** Reads on until something is damaged, and then steps over one key: of a broken page there may be many. */
    private boolean isReadToTheEnd(Consumer<List<Object>> each) {
        long from = next;
        long last = from - 1;
        long beforeLast = last;
        long most = 2 * highest;
        // A new one each time: the driver does not reset a statement that has failed, and would never read with it
        // again.
        try (PreparedStatement statement = damaged.prepareStatement(select)) {
            statement.setLong(1, from);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<Object> values = values(rows);
                    if (most-- > 0 && values.getFirst() instanceof Number key && key.longValue() <= highest) {
                        beforeLast = last;
                        last = key.longValue();
                        each.accept(values);
                    }
                }
                return true;
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == Damage.NO_SUCH) {
                return true;
            }
            // The last key may be damaged itself, and lead far beyond what is still there; the one before it led to a
            // row.
            next = Math.max(from, beforeLast) + 1;
            return false;
        }
    }

    private List<Object> values(ResultSet rows) throws SQLException {
        List<Object> values = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
            values.add(rows.getObject(column));
        }
        return values;
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
