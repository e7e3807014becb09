package io.tiergate.cli.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.EscalatedSample;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record that the cloud could not process.
 *
 * @param record as it lies among the dead letters
 */
record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
    Place place() {
        return new Place(record.partition(), record.offset());
    }

    /** When the cloud put it there, by the broker's clock. */
    Instant time() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** The sentence of the cloud. */
    String reason() {
        return Headers.text(record, Headers.REASON).orElse("");
    }

    /** The kind of reason; empty for letters of releases that did not write it. */
    String reasonCode() {
        return Headers.text(record, Headers.REASON_CODE).orElse("");
    }

    String originTopic() {
        return Headers.text(record, Headers.ORIGIN_TOPIC).orElse("");
    }

    String origin() {
        return "%s %s:%s"
                .formatted(
                        originTopic(),
                        Headers.text(record, Headers.ORIGIN_PARTITION).orElse("?"),
                        Headers.text(record, Headers.ORIGIN_OFFSET).orElse("?"));
    }

    /** The sample that it holds; empty if it holds none that can be read. */
    Optional<EscalatedSample> sample() {
        if (record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(EscalatedSample.parseFrom(record.value()));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Bytes of the value; 0 where there is none. */
    int sizeBytes() {
        return record.value() == null ? 0 : record.value().length;
    }

    /** The record as it came, for its own topic, with word of where it was. */
    ProducerRecord<byte[], byte[]> toReplay() {
        ProducerRecord<byte[], byte[]> replay = new ProducerRecord<>(originTopic(), null, record.key(), record.value());
        for (Header header : record.headers()) {
            if (!Headers.OF_THE_LETTER.contains(header.key())) {
                replay.headers().add(header);
            }
        }
        replay.headers().add(Headers.REPLAY_OF, place().toString().getBytes(UTF_8));
        return replay;
    }

    /** What tells, among the dead letters, that this one was put back. */
    ProducerRecord<byte[], byte[]> toMark() {
        ProducerRecord<byte[], byte[]> mark =
                new ProducerRecord<>(record.topic(), record.partition(), record.key(), null);
        mark.headers().add(Headers.REPLAYED, place().toString().getBytes(UTF_8));
        return mark;
    }
}
