package io.tiergate.cloud.testing;

import io.tiergate.cloud.adjudication.EnsembleConfig;
import java.time.Duration;
import java.util.OptionalInt;

/** Settings given by the test itself. */
public record FixedEnsembleConfig(OptionalInt threads, int operatorThreads, int batchLimit, Duration memberDeadline)
        implements EnsembleConfig {
    /** Two threads, and batches of this many at most. */
    public static EnsembleConfig withBatchLimit(int batchLimit) {
        return new FixedEnsembleConfig(OptionalInt.of(2), 1, batchLimit, Duration.ofSeconds(10));
    }

    /** The same, where members have this long. */
    public static EnsembleConfig withMemberDeadline(Duration deadline) {
        return new FixedEnsembleConfig(OptionalInt.of(2), 1, 4, deadline);
    }
}
