package io.tiergate.cloud.intake;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import io.tiergate.cloud.Portions;
import io.tiergate.cloud.review.Origin;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Records that were read together.
 *
 * @param records each partition's in the order of its offsets
 * @param generation of the consumer group when they were read
 */
record EscalationBatch(List<ConsumerRecord<byte[], byte[]>> records, int generation) {

    static EscalationBatch of(Message<?> message) {
        @SuppressWarnings("unchecked")
        IncomingKafkaRecordBatchMetadata<byte[], byte[]> metadata = message.getMetadata(
                        IncomingKafkaRecordBatchMetadata.class)
                .orElseThrow(() -> new IllegalStateException("channel 'escalations' does not read in batches"));
        ConsumerRecords<byte[], byte[]> polled = metadata.getRecords();
        List<ConsumerRecord<byte[], byte[]>> records = polled.partitions().stream()
                .flatMap(partition -> polled.records(partition).stream())
                .toList();
        return new EscalationBatch(records, metadata.getConsumerGroupGenerationId());
    }

    /**
     * The batch in parts that can be answered and committed one after the other: each partition's records stay in their order.
     *
     * @param mostBytes of keys and values in a part, unless a single record has more
     * @param moreBytes what some records bring into memory beside their own, in bytes
     */
    List<EscalationBatch> portions(long mostBytes, Map<Origin, Long> moreBytes) {
        return Portions.of(
                        records,
                        Integer.MAX_VALUE,
                        mostBytes,
                        record -> sizeBytes(record)
                                + moreBytes.getOrDefault(new Origin(record.partition(), record.offset()), 0L))
                .stream()
                .map(portion -> new EscalationBatch(portion, generation))
                .toList();
    }

    private static long sizeBytes(ConsumerRecord<byte[], byte[]> record) {
        // Not serializedValueSize(): that is -1 for what has no value.
        return (record.key() == null ? 0L : record.key().length)
                + (record.value() == null ? 0L : record.value().length);
    }

    /** Where the group goes on once all of this batch is answered. */
    Map<TopicPartition, OffsetAndMetadata> nextOffsets() {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            next.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        return next;
    }
}
