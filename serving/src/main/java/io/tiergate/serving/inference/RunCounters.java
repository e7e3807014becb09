package io.tiergate.serving.inference;

import io.tiergate.runtime.RunTimes;

/** The parts of a model's runs. */
public final class RunCounters {
    private final DurationCounter input = new DurationCounter();
    private final DurationCounter infer = new DurationCounter();
    private final DurationCounter output = new DurationCounter();

    void add(RunTimes times) {
        input.add(times.inputNanos());
        infer.add(times.inferNanos());
        output.add(times.outputNanos());
    }

    public DurationCounter input() {
        return input;
    }

    public DurationCounter infer() {
        return infer;
    }

    public DurationCounter output() {
        return output;
    }
}
