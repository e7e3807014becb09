package io.tiergate.cloud.intake;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How payloads are fetched that came with a claim check. Where from: {@link io.tiergate.serving.claimcheck.ClaimCheckConfig}. */
@ConfigMapping(prefix = "tiergate.claim-check")
public interface FetchConfig {
    /**
     * Largest payload that is fetched, in bytes; larger samples are rejected. 64K to 512M. Answering makes several copies of a sample, so
     * that the heap should be eight times as large.
     */
    @WithDefault("32M")
    MemorySize maxBytes();

    /** Payloads that are fetched at once. 1 or more; a link with long ways wants more. */
    @WithDefault("4")
    int fetches();
}
