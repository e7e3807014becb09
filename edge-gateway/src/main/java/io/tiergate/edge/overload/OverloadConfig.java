package io.tiergate.edge.overload;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** What happens to calls for which the edge is short of capacity: its queue is full, or their deadline is out of reach. */
@ConfigMapping(prefix = "tiergate.overload")
public interface OverloadConfig {
    /** What happens to such a call. */
    enum Policy {
        /** It is answered {@code UNAVAILABLE} at once. */
        REFUSE,
        /**
         * The ensemble to which its model escalates answers it, over the network, if the sample may leave and the cloud can do it in time;
         * else it is refused. Such a sample is not gated, not stored and not promised.
         */
        CLOUD_ASSISTED
    }

    /** What happens to such a call. {@code cloud-assisted} keeps answering, with more latency, and sends samples that nobody doubts. */
    @WithDefault("refuse")
    Policy policy();

    /** The cloud's gRPC port, {@code HOST:PORT}; needed for {@code cloud-assisted}. */
    Optional<String> cloud();

    /** Longest time that the cloud may take, unless the call's own deadline comes before. Above zero. */
    @WithDefault("2s")
    Duration timeout();

    /** Calls under way to the cloud at once. 1 or more; those beyond it are refused. More need more memory: each holds its samples. */
    @WithDefault("64")
    int maxCalls();
}
