package io.tiergate.edge.escalation;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

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

    /** Bytes of samples that wait for their verdict. Above 0. Once reached, {@link #whenFull} says what happens. */
    @WithDefault("1G")
    MemorySize maxBytes();

    /** What gives way when the outbox is full. */
    enum WhenFull {
        /** What is worth least: of escalations that which lies least far below its threshold, then the oldest; audits last of all. */
        EVICT,
        /** The oldest escalation; audits last of all. */
        EVICT_OLDEST,
        /** What comes: uncertain samples are answered {@code SHED}, accepted ones are not audited, until verdicts have made room. */
        SHED
    }

    /**
     * What gives way when {@link #maxBytes} is reached. With {@code evict} and {@code evict-oldest}, what is not needed any more goes first,
     * and keeps its state: payloads of parked samples, which the cloud has too, then of sent ones, which the broker has; without it, such
     * a sample cannot be asked about again if its verdict is lost, and expires. Only then do samples go that were not sent yet: they end
     * as {@code EVICTED} with the reason {@code outbox-full}, which keeps the promise that every id ends in one state, and a
     * verdict that comes all the same still counts. Nothing gives way to what is worth less than itself: that is answered {@code SHED}.
     * Samples with a label that an application has reported stay. Another value holds for samples that are promised from then on.
     */
    @WithDefault("evict")
    WhenFull whenFull();

    /**
     * Longest time that a sample waits to be sent, and then for its verdict. Above zero; a bare number means seconds. After it the sample
     * ends as {@code EXPIRED} with the reason {@code ttl}, audits too, and its payload is dropped; a verdict that comes all the same still
     * counts. Only time in which a gateway runs is counted, so no jump of a clock and no night in which the device is off ends anything.
     * What a person is to decide does not expire. A shorter time makes room earlier after a long outage, at the price of its samples.
     */
    @WithDefault("7d")
    Duration ttl();

    /**
     * How long an escalation that has ended can still be asked for, and its changes be watched. Above zero; a bare number means seconds.
     * It is counted from its last change, as {@link #ttl} is, in time in which a gateway runs. After it the row is removed, and stays
     * counted in all sums; a watcher that comes with an older cursor is told that it has missed something, and a label can no longer be
     * reported. A longer time costs about 1 KB of disk for each escalation.
     */
    @WithDefault("7d")
    Duration history();

    /** Promises that may wait for the disk at once. Above 0. When more come, they are answered {@code SHED}. */
    @WithDefault("4096")
    int queueCapacity();

    /** Records under way to the broker at once. Above 0; more fills a long link better and costs memory. */
    @WithDefault("256")
    int relayInFlight();
}
