package io.tiergate.cloud.publication;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that no retry will make small enough for their topic. */
final class OversizedRecordsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ProducerRecord<byte[], byte[]>> records;

    OversizedRecordsException(List<ProducerRecord<byte[], byte[]>> records, Throwable cause) {
        super(cause.getMessage(), cause);
        this.records = List.copyOf(records);
    }

    List<ProducerRecord<byte[], byte[]>> records() {
        return records;
    }
}
