package io.tiergate.edge.api;

import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.SampleAnswer;

/** Counts samples by what the gate made of them. */
public final class SampleMetrics {
    private final MeterRegistry registry;

    public SampleMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void answered(Answer answer) {
        for (SampleAnswer sample : answer.samples()) {
            registry.counter(
                            "tiergate.samples",
                            "model",
                            answer.model().name(),
                            "decision",
                            sample.decision().name())
                    .increment();
        }
    }
}
