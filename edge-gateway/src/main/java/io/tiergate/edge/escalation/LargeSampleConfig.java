package io.tiergate.edge.escalation;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Which samples go by claim check, where a store for them is configured ({@link io.tiergate.serving.claimcheck.ClaimCheckConfig}). */
@ConfigMapping(prefix = "tiergate.relay.claim-check")
public interface LargeSampleConfig {
    /**
     * Samples with more bytes leave their payload in the store, and send its name. 64K to 1G; the default is just below what brokers take
     * by default. Below it, a sample costs the broker its bytes and the cloud nothing; above it, the store costs each of them a request.
     */
    @WithDefault("900K")
    MemorySize above();
}
