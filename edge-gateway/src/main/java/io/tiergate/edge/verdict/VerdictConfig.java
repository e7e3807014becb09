package io.tiergate.edge.verdict;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where verdicts come from. */
@ConfigMapping(prefix = "tiergate.verdicts")
public interface VerdictConfig {
    /**
     * The partition of the verdicts topic on which this edge listens; it travels with every escalation. 0 or more, below the topic's
     * number of partitions. Sites may share one; spreading them spares each from reading the others' verdicts.
     */
    @WithDefault("0")
    int partition();
}
