package io.tiergate.cloud.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/**
 * The tenant's Kafka topics, as this service makes them where they are missing. Topics that exist are left as they are; see that
 * they have {@code message.timestamp.type=LogAppendTime}, or the devices' clocks decide how long records are kept.
 */
@ConfigMapping(prefix = "tiergate.kafka")
public interface TopicsConfig {
    /** Whether missing topics are made; if not, the service waits until somebody else has made them. */
    @WithDefault("true")
    boolean createTopics();

    /** Brokers that hold each record. 1 or more, at most the number of brokers; 1 loses data with its broker. */
    @WithDefault("1")
    short replicationFactor();

    /** How long payloads and verdicts are kept, which is the erasure horizon. Above zero. */
    @WithDefault("7D")
    Duration retention();

    /** How long dead letters are kept. Above zero. */
    @WithDefault("14D")
    Duration deadLetterRetention();

    /**
     * Largest escalation in bytes, as it lies in its topic and also once it is decompressed; a larger one is refused. Its dead letter
     * and retraining record may be 1 MiB larger. 1 MiB to 16 MiB; raising it makes the service read fewer records at once.
     */
    @WithDefault("8388608")
    int maxEscalationBytes();

    /** Numbers of partitions. */
    Partitions partitions();

    /** Numbers of partitions, each 1 or more. */
    interface Partitions {
        /** Bounds the replicas that can share the work. */
        @WithDefault("6")
        int escalations();

        /** Spreads the edges, each of which listens on one. */
        @WithDefault("8")
        int verdicts();

        /** Spreads the retraining queue. */
        @WithDefault("3")
        int retraining();

        /** Spreads the edges' statistics. */
        @WithDefault("1")
        int telemetry();

        /** Dead letters are few. */
        @WithDefault("1")
        int deadLetters();
    }
}
