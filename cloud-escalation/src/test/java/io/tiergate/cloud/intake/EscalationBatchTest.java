package io.tiergate.cloud.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.review.Origin;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EscalationBatchTest {
    private static final TopicPartition FIRST = new TopicPartition("escalations", 0);
    private static final TopicPartition SECOND = new TopicPartition("escalations", 1);

    @Test
    void aPortionCommitsWhatItHoldsAndNoMore() {
        EscalationBatch batch = new EscalationBatch(
                List.of(record(FIRST, 7, 40), record(FIRST, 8, 40), record(SECOND, 3, 40), record(SECOND, 5, 40)), 9);

        List<EscalationBatch> portions = batch.portions(130, Map.of());

        assertThat(portions).hasSize(2).extracting(EscalationBatch::generation).containsOnly(9);
        assertThat(portions.get(0).nextOffsets())
                .isEqualTo(Map.of(FIRST, new OffsetAndMetadata(9), SECOND, new OffsetAndMetadata(4)));
        assertThat(portions.get(1).nextOffsets()).isEqualTo(Map.of(SECOND, new OffsetAndMetadata(6)));
    }

    @Test
    void keysCountAndARecordMayHaveNeitherKeyNorValue() {
        EscalationBatch batch = new EscalationBatch(
                List.of(
                        new ConsumerRecord<>(FIRST.topic(), 0, 1, null, null),
                        new ConsumerRecord<>(FIRST.topic(), 0, 2, new byte[60], new byte[40]),
                        new ConsumerRecord<>(FIRST.topic(), 0, 3, null, new byte[1])),
                1);

        assertThat(batch.portions(100, Map.of()))
                .extracting(portion -> portion.records().size())
                .containsExactly(2, 1);
    }

    @Test
    void whatARecordBringsBesideItsOwnBytesCounts() {
        EscalationBatch batch = new EscalationBatch(
                List.of(record(FIRST, 7, 1), record(FIRST, 8, 1), record(FIRST, 9, 1), record(SECOND, 7, 1)), 1);

        assertThat(batch.portions(100, Map.of(new Origin(0, 7), 60L, new Origin(0, 9), 60L)))
                .extracting(portion -> portion.records().size())
                .containsExactly(2, 2);
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition at, long offset, int bytes) {
        return new ConsumerRecord<>(at.topic(), at.partition(), offset, new byte[0], new byte[bytes]);
    }
}
