package io.tiergate.serving.inference;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What models have done since the process started, by version. It does not forget a version that is unloaded. */
public final class InferenceStatistics {
    private record Key(String model, long version) {}

    private final ConcurrentMap<Key, ModelCounters> counters = new ConcurrentHashMap<>();

    /** A version's counters, all zero for one that was never asked for. */
    public ModelCounters of(Servable model) {
        Key key = new Key(model.name(), model.version());
        ModelCounters known = counters.get(key);
        return known != null
                ? known
                : counters.computeIfAbsent(key, fresh -> new ModelCounters(fresh.model(), fresh.version()));
    }

    /** Those of every version that was ever {@linkplain #of asked for}, by name and version. */
    public List<ModelCounters> all() {
        return counters.values().stream()
                .sorted(Comparator.comparing(ModelCounters::model).thenComparing(ModelCounters::version))
                .toList();
    }
}
