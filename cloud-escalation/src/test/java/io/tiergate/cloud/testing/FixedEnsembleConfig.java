package io.tiergate.cloud.testing;

import io.tiergate.cloud.adjudication.EnsembleConfig;
import java.util.OptionalInt;

/** Settings given by the test itself. */
public record FixedEnsembleConfig(OptionalInt threads, int operatorThreads, int batchLimit) implements EnsembleConfig {
    /** Two threads, and batches of this many at most. */
    public static EnsembleConfig withBatchLimit(int batchLimit) {
        return new FixedEnsembleConfig(OptionalInt.of(2), 1, batchLimit);
    }
}
