package io.tiergate.cloud.review;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What became of things that were to be stored.
 *
 * @param <S> a row
 * @param rows as they stand now, by the escalation's id
 * @param refusals why the database takes something neither now nor later, by id; these have no row
 */
public record Recording<S>(Map<UUID, S> rows, Map<UUID, String> refusals) {
    public Recording {
        rows = Map.copyOf(rows);
        refusals = Map.copyOf(refusals);
    }

    static <S> Recording<S> empty() {
        return new Recording<>(Map.of(), Map.of());
    }

    static <S> Recording<S> refused(UUID id, String why) {
        return new Recording<>(Map.of(), Map.of(id, why));
    }

    /** Both together; for an id that both know the other's row counts. */
    public Recording<S> and(Recording<S> other) {
        return new Recording<>(merged(rows, other.rows), merged(refusals, other.refusals));
    }

    private static <T> Map<UUID, T> merged(Map<UUID, T> one, Map<UUID, T> other) {
        Map<UUID, T> both = new HashMap<>(one);
        both.putAll(other);
        return both;
    }
}
