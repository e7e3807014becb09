package io.tiergate.cloud.review;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What became of answers that were to be stored.
 *
 * @param rows the escalations' rows, by id
 * @param refusals why the database takes an answer neither now nor later, by id; these have no row
 */
public record Recording(Map<UUID, StoredAnswer> rows, Map<UUID, String> refusals) {
    static final Recording EMPTY = new Recording(Map.of(), Map.of());

    public Recording {
        rows = Map.copyOf(rows);
        refusals = Map.copyOf(refusals);
    }

    static Recording refused(UUID id, String why) {
        return new Recording(Map.of(), Map.of(id, why));
    }

    /** Both together; for an id that both know the other's row counts. */
    public Recording and(Recording other) {
        return new Recording(merged(rows, other.rows), merged(refusals, other.refusals));
    }

    private static <T> Map<UUID, T> merged(Map<UUID, T> one, Map<UUID, T> other) {
        Map<UUID, T> both = new HashMap<>(one);
        both.putAll(other);
        return both;
    }
}
