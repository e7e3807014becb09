package io.tiergate.edge.verdict;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Where verdicts come from, and how many are remembered. */
@ConfigMapping(prefix = "tiergate.verdicts")
public interface VerdictConfig {
    /**
     * The partition of the verdicts topic on which this edge listens; it travels with every escalation. 0 or more, below the topic's
     * number of partitions. Sites may share one; spreading them spares each from reading the others' verdicts.
     */
    @WithDefault("0")
    int partition();

    /**
     * Contents whose final verdict is kept in memory, so that the same sample, when the gate doubts it again, is answered with that
     * verdict ({@code RESOLVED}) and not sent once more. 0 or more, some 600 bytes each; 0 turns it off. Those not asked for longest go
     * first, and all of a package that is served no more.
     */
    @WithDefault("10000")
    int cacheEntries();
}
