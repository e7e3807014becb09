package io.tiergate.edge.gate;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalLong;

/** How gates live; what they do stands in each package's {@code model.yaml}. */
@ConfigMapping(prefix = "tiergate.gate")
public interface GateConfig {
    /**
     * Pause between two times at which gates are saved that have changed. Above zero; a bare number means seconds. What a gate has learned
     * since is lost with the power: a longer pause loses more and writes less. Alarms are saved at once.
     */
    @WithDefault("5s")
    Duration save();

    /**
     * Seed of the random numbers that draw audits, so that the same requests get the same decisions again, also from {@code tiergate gate
     * replay} with that seed: for tests. By default none: audits cannot be foreseen.
     */
    OptionalLong seed();
}
