package io.tiergate.cloud.intake;

import io.smallrye.common.annotation.Identifier;
import io.tiergate.cloud.ServiceIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the Kafka clients of the two channels are told. SmallRye looks for a map with the channel's name; all values are texts, as
 * it wants them.
 */
class KafkaClientSettings {
    private static final String LONGEST_RECONNECT_PAUSE_MS = "2000";
    private static final int FEWEST_RECORDS_PER_POLL = 8;
    private static final int MOST_RECORDS_PER_POLL = 256;
    /**
     * A poll may take this part of the heap: three polls lie there at once, one that is being committed, one that is being judged and
     * one read ahead, beside the copies that answering makes.
     */
    private static final int POLLS_PER_HEAP = 6;
    /** Compressed; what is larger comes alone. */
    private static final String FETCHED_BYTES = Integer.toString(16 * 1024 * 1024);

    private static final String FETCHED_BYTES_PER_PARTITION = Integer.toString(1024 * 1024);
    /** Soon enough to see partitions that somebody adds. */
    private static final String METADATA_AGE_MS = "30000";

    @Produces
    @ApplicationScoped
    @Identifier("escalations")
    Map<String, Object> consumer(ServiceIdentity identity, TopicsConfig topics) {
        return Map.ofEntries(
                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, "tiergate-cloud-" + identity.tenant()),
                // Under its old name a replica gets its partitions back at once, instead of waiting for the session to
                // expire.
                Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, identity.instance()),
                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "8000"),
                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "2000"),
                // Eager: after a rebalance every partition is read from its committed offset, so a dropped batch comes
                // back.
                Map.entry(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName()),
                // Bytes, keys too: no record can fail to be read, and a dead letter is just what came.
                Map.entry(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName()),
                Map.entry(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName()),
                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"),
                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                Map.entry(
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        Integer.toString(
                                recordsPerPoll(Runtime.getRuntime().maxMemory(), topics.maxEscalationBytes()))),
                Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_BYTES),
                Map.entry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCHED_BYTES_PER_PARTITION),
                Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MS),
                Map.entry(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, LONGEST_RECONNECT_PAUSE_MS));
    }

    /** What bounds a poll's memory: Kafka bounds the compressed bytes that it fetches, and a thousand times as many may come out. */
    static int recordsPerPoll(long heapBytes, int largestRecordBytes) {
        return Math.clamp(
                heapBytes / POLLS_PER_HEAP / largestRecordBytes, FEWEST_RECORDS_PER_POLL, MOST_RECORDS_PER_POLL);
    }

    @Produces
    @ApplicationScoped
    @Identifier("verdicts")
    Map<String, Object> producer(ServiceIdentity identity) {
        return Map.ofEntries(
                // The same after a restart: it ends the transaction that the predecessor left open.
                Map.entry(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "tiergate-cloud-" + identity.tenant() + "-" + identity.instance()),
                // Longer than a broker takes to restart: a transaction that the broker gives up puts its producer out.
                Map.entry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "300000"),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, "60000"),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true"),
                Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"),
                Map.entry(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName()),
                Map.entry(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName()),
                // What a transaction writes to a partition in one piece: with Kafka's 16 KiB a batch of samples would
                // take dozens of
                // requests.
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 * 1024)),
                // Above every topic's own limit, which is the one that counts.
                Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(32 * 1024 * 1024)),
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(64 * 1024 * 1024)),
                Map.entry(ProducerConfig.METADATA_MAX_AGE_CONFIG, METADATA_AGE_MS),
                Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, LONGEST_RECONNECT_PAUSE_MS));
    }
}
