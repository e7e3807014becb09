package io.tiergate.cloud.publication;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * What one batch writes to Kafka, all of it or nothing.
 *
 * @param offsets where the consumer group goes on once this is written
 * @param generation of the consumer group when the batch was read
 */
public record Publication(
        List<ProducerRecord<byte[], byte[]>> records, Map<TopicPartition, OffsetAndMetadata> offsets, int generation) {
    public Publication {
        records = List.copyOf(records);
        offsets = Map.copyOf(offsets);
    }

    Publication without(Collection<ProducerRecord<byte[], byte[]>> left) {
        return new Publication(
                records.stream().filter(record -> !left.contains(record)).toList(), offsets, generation);
    }
}
