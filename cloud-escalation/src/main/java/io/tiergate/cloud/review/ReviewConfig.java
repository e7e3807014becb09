package io.tiergate.cloud.review;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The queue of samples that wait for a person. */
@ConfigMapping(prefix = "tiergate.review")
public interface ReviewConfig {
    /** How often the waiting samples are counted for {@code tiergate_review_pending}. Above zero; a bare number means seconds. */
    @WithDefault("5s")
    Duration countEvery();

    /**
     * How many people label a sample that is parked from now on. 1 to 99; above 1 more than half of them must agree, else an
     * operator decides.
     */
    @WithDefault("1")
    int opinions();
}
