package io.tiergate.cloud.publication;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Timestamp;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Words the records that the cloud writes: CloudEvents 1.0 in Kafka's binary mode, with the W3C trace context of the escalation
 * they answer.
 */
@ApplicationScoped
public class RecordFactory {
    private static final String TRACE_PARENT = "traceparent";

    /** On a record that was a dead letter and was put back: the letter's place in its topic, {@code partition:offset}. */
    private static final String REPLAY_OF = "replay-of";

    private static final Pattern PLACE = Pattern.compile("\\d{1,10}:\\d{1,19}");

    private static final List<String> DEAD_LETTER_HEADERS =
            List.of("reason", "reason-code", "origin-topic", "origin-partition", "origin-offset");

    private final String tenant;

    @Inject
    RecordFactory(ServiceIdentity identity) {
        this(identity.tenant());
    }

    public RecordFactory(String tenant) {
        this.tenant = tenant;
    }

    /** The place of the dead letter that this record was, {@code partition:offset}; empty for a record that comes from an edge. */
    public static Optional<String> replayOf(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(REPLAY_OF);
        return Optional.ofNullable(header)
                .map(Header::value)
                .map(value -> new String(value, UTF_8))
                .filter(value -> PLACE.matcher(value).matches());
    }

    /** The W3C trace context of a record, if it has one. */
    public static Optional<String> traceParent(ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(record.headers().lastHeader(TRACE_PARENT))
                .map(Header::value)
                .map(value -> new String(value, UTF_8));
    }

    /** The answer, on the partition on which its edge listens. */
    public ProducerRecord<byte[], byte[]> verdict(
            ConsumerRecord<byte[], byte[]> origin, EscalatedSample sample, Verdict verdict) {
        String id = verdict.getEscalationId() + "/" + verdict.getAttempt();
        Headers headers = events(
                origin,
                "io.tiergate.verdict.v1",
                // The same question may have been answered with a rejection: this is another event.
                replayOf(origin).map(letter -> id + "/replay-of/" + letter).orElse(id),
                verdict);
        return new ProducerRecord<>(
                topic("verdicts"),
                sample.getReplyPartition(),
                sample.getSite().getBytes(UTF_8),
                verdict.toByteArray(),
                headers);
    }

    /**
     * The sample with its label.
     *
     * @param sample with the tensors that shall lie beside the label, if any
     * @param verdict a final one, of an ensemble or an application
     */
    public ProducerRecord<byte[], byte[]> labeledSample(
            ConsumerRecord<byte[], byte[]> origin, EscalatedSample sample, Verdict verdict) {
        Verdict.Final decision = verdict.getFinal();
        LabeledSample.Builder labeled = LabeledSample.newBuilder()
                .setEscalationId(sample.getEscalationId())
                .setTenant(sample.getTenant())
                .setSite(sample.getSite())
                .setDevice(sample.getDevice())
                .setSubject(sample.getSubject())
                .setContentDigest(sample.getContentDigest())
                .setLabel(decision.getLabel())
                .setLabelIndex(decision.getLabelIndex())
                .setSource(decision.getSource())
                .setRank(decision.getRank())
                .setRevision(decision.getRevision())
                .setPurpose(sample.getPurpose())
                .setInclusionProbability(sample.getInclusionProbability())
                .setModel(sample.getModel())
                .setPrediction(sample.getPrediction())
                .setEnsemble(decision.getEnsemble())
                .addAllEnsembleProbabilities(decision.getProbabilitiesList());
        addPayload(labeled, sample);
        if (verdict.hasDecidedAt()) {
            labeled.setDecidedAt(verdict.getDecidedAt());
        }
        if (decision.hasDisagreement()) {
            labeled.setDisagreement(decision.getDisagreement());
        }
        Headers headers =
                events(origin, "io.tiergate.labeled-sample.v1", labelId(sample.getEscalationId(), decision), verdict);
        String key = HexFormat.of().formatHex(sample.getContentDigest().toByteArray());
        return new ProducerRecord<>(
                topic("retraining"), null, key.getBytes(UTF_8), labeled.build().toByteArray(), headers);
    }

    /** What came by claim check goes by it: it is too large for this topic's records too. */
    private static void addPayload(LabeledSample.Builder labeled, EscalatedSample sample) {
        if (sample.hasClaimCheck()) {
            labeled.setClaimCheck(sample.getClaimCheck());
        } else if (sample.getTensors().hasFetchedFrom()) {
            labeled.setClaimCheck(sample.getTensors().getFetchedFrom());
        } else {
            labeled.addAllTensors(sample.getTensors().getTensorsList());
        }
    }

    /** The ensemble labels a sample once; an application may do so again and again, beside it. */
    private static String labelId(String escalationId, Verdict.Final decision) {
        return decision.getSource() == VerdictSource.VERDICT_SOURCE_APPLICATION
                ? escalationId + "/application/" + decision.getRevision()
                : escalationId;
    }

    /**
     * The record as it came, with where it came from and why it lies here.
     *
     * @param code the kind of reason, from a small closed set
     * @param reason one sentence
     */
    public ProducerRecord<byte[], byte[]> deadLetter(
            ConsumerRecord<byte[], byte[]> origin, String code, String reason) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : origin.headers()) {
            // A dead letter that was replayed and died again tells of its last death.
            if (!DEAD_LETTER_HEADERS.contains(header.key()) && !header.key().startsWith("__smallrye")) {
                headers.add(header);
            }
        }
        add(headers, "reason", reason);
        add(headers, "reason-code", code);
        add(headers, "origin-topic", origin.topic());
        add(headers, "origin-partition", Integer.toString(origin.partition()));
        add(headers, "origin-offset", Long.toString(origin.offset()));
        return new ProducerRecord<>(topic("dead-letters"), null, origin.key(), origin.value(), headers);
    }

    /** Id and time come from what is stored, so that a record published again is recognised as the same event. */
    private Headers events(ConsumerRecord<byte[], byte[]> origin, String type, String id, Verdict verdict) {
        RecordHeaders headers = new RecordHeaders();
        add(headers, "ce_specversion", "1.0");
        add(headers, "ce_id", id);
        add(headers, "ce_source", "/tiergate/" + tenant + "/cloud");
        add(headers, "ce_type", type);
        if (verdict.hasDecidedAt()) {
            Timestamp time = verdict.getDecidedAt();
            add(
                    headers,
                    "ce_time",
                    Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString());
        }
        add(headers, "content-type", "application/protobuf");
        Header trace = origin.headers().lastHeader(TRACE_PARENT);
        if (trace != null) {
            headers.add(trace);
        }
        return headers;
    }

    private String topic(String name) {
        return ServiceIdentity.topic(tenant, name);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }
}
