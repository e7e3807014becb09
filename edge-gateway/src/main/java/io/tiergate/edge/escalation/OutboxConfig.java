package io.tiergate.edge.escalation;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The ledger's durability and size. */
@ConfigMapping(prefix = "tiergate.outbox")
public interface OutboxConfig {
    /** How much a power cut may take. */
    enum Sync {
        /** Every commit reaches the disk before its reply leaves: a power cut takes nothing that a reply promised. */
        FULL,
        /** Commits reach the operating system: a killed process takes nothing, a power cut may take the last seconds. */
        NORMAL
    }

    /** What a commit waits for. {@code normal} is faster on slow flash, at the price described at {@link Sync#NORMAL}. */
    @WithDefault("full")
    Sync sync();

    /**
     * Bytes of samples that wait for their verdict. Above 0. Once reached, uncertain samples are answered {@code SHED} and accepted
     * ones are not audited until verdicts have made room.
     */
    @WithDefault("1G")
    MemorySize maxBytes();

    /** Promises that may wait for the disk at once. Above 0. When more come, they are answered {@code SHED}. */
    @WithDefault("4096")
    int queueCapacity();

    /** Records under way to the broker at once. Above 0; more fills a long link better and costs memory. */
    @WithDefault("256")
    int relayInFlight();
}
