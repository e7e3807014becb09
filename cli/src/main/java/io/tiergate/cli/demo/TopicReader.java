package io.tiergate.cli.demo;

import io.tiergate.cli.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their beginning to what is now their end; of transactions only those that were committed. */
final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicReader(String brokerAddress) {
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        brokerAddress,
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * Reads one topic; one that does not exist counts as empty.
     *
     * @throws CommandFailure if the broker does not give what it has
     */
    void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        try {
            List<TopicPartition> partitions = consumer.listTopics().getOrDefault(topic, List.of()).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadlineNanos = System.nanoTime() + WITHIN.toNanos();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() >= deadlineNanos) {
                    throw new CommandFailure(
                            "topic %s could not be read to its end within %d s".formatted(topic, WITHIN.toSeconds()));
                }
                consumer.poll(POLL).forEach(handler);
            }
        } catch (KafkaException e) {
            throw new CommandFailure("topic " + topic + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
