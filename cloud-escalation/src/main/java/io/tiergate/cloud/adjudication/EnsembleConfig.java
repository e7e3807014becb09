package io.tiergate.cloud.adjudication;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
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

    /**
     * How long a member may take for one forward pass, where its package does not say it ({@code deadline-ms} in {@code members}). Above
     * zero, at most an hour; a bare number means seconds. A member that takes longer is cut after the operator that is then running and its opinion is left
     * out: the others decide if they are a quorum, and the verdict is marked degraded. Lowering it costs opinions on a busy machine,
     * raising it lets a slow member hold up the others' batches for longer.
     */
    @WithDefault("10s")
    Duration memberDeadline();
}
