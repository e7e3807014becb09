package io.tiergate.cloud.adjudication;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/** How the ensembles run. */
@ConfigMapping(prefix = "tiergate.ensemble")
public interface EnsembleConfig {
    /** Batches of escalations that run beside each other. 1 or more; default: the number of processors. */
    OptionalInt threads();

    /** Threads that share one operator of one member, the batch's own included. 1 or more; raising it pays for large members only. */
    @WithDefault("1")
    int operatorThreads();

    /** Most samples in one forward pass. 1 or more; raising it costs memory and spreads a batch over fewer threads. */
    @WithDefault("64")
    int batchLimit();
}
