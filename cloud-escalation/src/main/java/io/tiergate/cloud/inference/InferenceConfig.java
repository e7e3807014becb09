package io.tiergate.cloud.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** How calls that ask an ensemble directly are run. Escalations have threads of their own, {@code tiergate.ensemble.threads}. */
@ConfigMapping(prefix = "tiergate.inference")
public interface InferenceConfig {
    /**
     * Threads that run such calls. 1 or more; by default half as many as processors, so that the escalations, which were promised an
     * answer, keep the larger share.
     */
    OptionalInt threads();

    /** Calls that may wait for such a thread. 1 or more; when more come they are answered {@code UNAVAILABLE} at once. */
    @WithDefault("1024")
    int queueCapacity();

    /** Rows of one call. 1 or more; larger batches are refused. */
    @WithDefault("1024")
    int maxBatchSize();
}
