package io.tiergate.cloud.review;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jboss.logging.Logger;

/**
 * Writes many rows in one statement, waiting for the database as long as it takes.
 *
 * @param <N> what is to be stored
 * @param <S> its row after the statement
 */
final class RowWriter<N extends NewRow, S> {
    private static final Logger LOG = Logger.getLogger(RowWriter.class);
    private static final Duration PATIENCE_PER_STATEMENT = Duration.ofSeconds(30);

    private final Pool pool;
    private final String statement;
    private final Function<List<N>, Tuple> arguments;
    private final Function<Row, S> stored;
    private final Outage outage = new Outage("The database");

    /**
     * @param statement safe to run twice; returns a row with an {@code escalation_id} for everything it is given
     */
    RowWriter(Pool pool, String statement, Function<List<N>, Tuple> arguments, Function<Row, S> stored) {
        this.pool = pool;
        this.statement = statement;
        this.arguments = arguments;
        this.stored = stored;
    }

    /**
     * Runs the statement once, unless the database refuses what an item holds: then those items are told apart from the others,
     * which are stored.
     *
     * @param items at most one an id
     * @return one row or refusal an id
     */
    Uni<Recording<S>> write(List<N> items) {
        if (items.isEmpty()) {
            return Uni.createFrom().item(Recording.empty());
        }
        // In one order everywhere: two replicas that want the same rows would block each other otherwise.
        List<N> ordered =
                items.stream().sorted(Comparator.comparing(NewRow::id)).toList();
        return Patience.until(() -> writeOnce(ordered), outage);
    }

    private Uni<Recording<S>> writeOnce(List<N> items) {
        return pool.preparedQuery(statement)
                .execute(arguments.apply(items))
                .ifNoItem()
                .after(PATIENCE_PER_STATEMENT)
                .fail()
                .map(this::recording)
                .onFailure(Incurable::isCauseOf)
                .recoverWithUni(refusal -> writeHalves(items, refusal));
    }

    private Uni<Recording<S>> writeHalves(List<N> items, Throwable refusal) {
        if (items.size() == 1) {
            UUID id = items.get(0).id();
            LOG.errorf("The database refuses what was to be stored: escalation=%s cause=%s", id, refusal.getMessage());
            return Uni.createFrom().item(Recording.refused(id, refusal.getMessage()));
        }
        int middle = items.size() / 2;
        return writeOnce(items.subList(0, middle))
                .chain(one -> writeOnce(items.subList(middle, items.size())).map(one::and));
    }

    private Recording<S> recording(RowSet<Row> rows) {
        Map<UUID, S> byId = new HashMap<>();
        for (Row row : rows) {
            byId.put(row.getUUID("escalation_id"), stored.apply(row));
        }
        return new Recording<>(byId, Map.of());
    }

    /** One value an item, as an array that {@code unnest} takes. */
    static <N, T> T[] column(List<N> items, Function<N, T> value, IntFunction<T[]> array) {
        return items.stream().map(value).toArray(array);
    }
}
