package io.tiergate.edge.api;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.Decision;
import io.tiergate.edge.inference.SampleAnswer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts samples by what the gate made of them. */
public final class SampleMetrics {
    private record Key(String model, Decision decision) {}

    private final MeterRegistry registry;
    /** Looking a meter up in its registry costs more than gating a sample. */
    private final ConcurrentMap<Key, Counter> samples = new ConcurrentHashMap<>();

    public SampleMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void answered(Answer answer) {
        for (SampleAnswer sample : answer.samples()) {
            samples(new Key(answer.model().name(), sample.decision())).increment();
        }
    }

    private Counter samples(Key key) {
        Counter known = samples.get(key);
        return known != null
                ? known
                : samples.computeIfAbsent(
                        key,
                        fresh -> registry.counter(
                                "tiergate.samples",
                                "model",
                                fresh.model(),
                                "decision",
                                fresh.decision().name()));
    }
}
