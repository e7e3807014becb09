package io.tiergate.edge.escalation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers that records are sent with: CloudEvents 1.0 in the binary mode of its Kafka binding.
 *
 * @param source names this gateway
 */
record CloudEventHeaders(String source) {
    Headers of(PendingRecord record) {
        Headers headers = new RecordHeaders();
        header(headers, "ce_specversion", "1.0");
        header(headers, "ce_id", eventId(record));
        header(headers, "ce_type", eventType(record));
        header(headers, "ce_source", source);
        header(headers, "ce_time", Instant.now().toString());
        header(headers, "content-type", "application/protobuf");
        return headers;
    }

    private static String eventId(PendingRecord record) {
        return switch (record) {
            case PendingRecord.Sample sample -> sample.id();
            case PendingRecord.Label label ->
                label.id() + "/label/" + label.label().getRevision();
        };
    }

    private static String eventType(PendingRecord record) {
        return switch (record) {
            case PendingRecord.Sample sample -> "io.tiergate.escalation.v1";
            case PendingRecord.Label label -> "io.tiergate.reported-label.v1";
        };
    }

    private static void header(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
