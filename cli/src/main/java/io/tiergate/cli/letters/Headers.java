package io.tiergate.cli.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The names of the headers around dead letters, as the cloud writes them. */
final class Headers {
    static final String REASON = "reason";
    static final String REASON_CODE = "reason-code";
    static final String ORIGIN_TOPIC = "origin-topic";
    static final String ORIGIN_PARTITION = "origin-partition";
    static final String ORIGIN_OFFSET = "origin-offset";

    /** On a record that was put back: the letter's place. */
    static final String REPLAY_OF = "replay-of";

    /** On a mark among the dead letters: the place of the letter that was put back. */
    static final String REPLAYED = "replayed";

    /** What a record did not have when it came, but for the last, which it gets anew. */
    static final Set<String> OF_THE_LETTER =
            Set.of(REASON, REASON_CODE, ORIGIN_TOPIC, ORIGIN_PARTITION, ORIGIN_OFFSET, REPLAY_OF);

    private Headers() {}

    /** The last value of a header as text; empty where the record has none. */
    static Optional<String> text(ConsumerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, UTF_8));
    }
}
