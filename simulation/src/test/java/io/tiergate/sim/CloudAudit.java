package io.tiergate.sim;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cloud.review.SimulatedDatabase;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.sim.SimulatedKafka.Entry;
import io.tiergate.sim.SimulatedKafka.Writer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** What the cloud has made of what it was asked: for every question one answer, for every label one retraining record. */
final class CloudAudit {
    private static final int ENSEMBLE = 10;

    private final SimulatedKafka kafka;
    private final SimulatedDatabase database;

    CloudAudit(SimulatedKafka kafka, SimulatedDatabase database) {
        this.kafka = kafka;
        this.database = database;
    }

    void ended() {
        requireOneAnswerEach();
        requireOneRetrainingRecordEach();
        requireOneDeadLetterEach();
    }

    private List<Entry> written(String topic) {
        return kafka.logs(Names.topic(topic)).stream()
                .flatMap(log -> log.entries().stream())
                .filter(entry -> entry.writer() == Writer.CLOUD && !entry.marker())
                .toList();
    }

    private List<EscalatedSample> asked() {
        return kafka.logs(Names.topic("escalations")).stream()
                .flatMap(log -> log.entries().stream())
                .filter(entry -> !entry.marker())
                .map(entry -> parsed(() -> EscalatedSample.parseFrom(entry.value())))
                .toList();
    }

    /**
     * Whether the last question about an escalation was sent more than once, because the edge could not note that it was sent. The cloud
     * answers one of the copies; if that answer is deleted before it is read, and before the edge sends the other, nothing tells the edge
     * that there was one.
     */
    boolean isAskedTwiceAsOne(String id) {
        TreeMap<Integer, Integer> copies = new TreeMap<>();
        for (EscalatedSample sample : asked()) {
            if (sample.getEscalationId().equals(id) && !sample.hasReportedLabel()) {
                copies.merge(sample.getAttempt(), 1, Integer::sum);
            }
        }
        return !copies.isEmpty() && copies.lastEntry().getValue() > 1;
    }

    private void requireOneAnswerEach() {
        Map<String, Integer> answers = new HashMap<>();
        Set<String> answered = new HashSet<>();
        for (Entry entry : written("verdicts")) {
            Verdict verdict = Audit.verdict(entry).orElseThrow();
            answered.add(verdict.getEscalationId());
            String question = verdict.getEscalationId() + "/" + verdict.getAttempt();
            Audit.require(answers.merge(question, 1, Integer::sum) == 1, "a question is answered twice: " + question);
        }
        for (EscalatedSample sample : asked()) {
            Audit.require(
                    sample.hasReportedLabel() || answered.contains(sample.getEscalationId()),
                    "a question is not answered: " + sample.getEscalationId());
        }
    }

    private void requireOneRetrainingRecordEach() {
        Map<String, Integer> labels = new TreeMap<>();
        for (Entry entry : written("retraining")) {
            LabeledSample sample = parsed(() -> LabeledSample.parseFrom(entry.value()));
            String label = label(sample.getEscalationId(), sample.getRank(), sample.getRevision());
            Audit.require(labels.merge(label, 1, Integer::sum) == 1, "two retraining records of one label: " + label);
            Audit.require(
                    sample.getSource() == VerdictSource.VERDICT_SOURCE_APPLICATION || sample.getTensorsCount() > 0,
                    "a retraining record without its sample: " + label);
        }
        Map<String, Integer> reported = new TreeMap<>();
        for (EscalatedSample sample : asked()) {
            String id = sample.getEscalationId();
            if (sample.hasReportedLabel()) {
                reported.merge(id, sample.getReportedLabel().getRevision(), Math::max);
            } else {
                boolean decided = database.verdict(UUID.fromString(id))
                        .filter(Verdict::hasFinal)
                        .isPresent();
                Audit.require(
                        labels.containsKey(label(id, ENSEMBLE, 0)) == decided,
                        "a decision and its retraining record do not come together: " + id);
            }
        }
        reported.forEach((id, revision) -> Audit.require(
                labels.containsKey(label(id, 20, revision)) || buried(id),
                "no retraining record of the latest reported label: " + id));
    }

    private static String label(String id, int rank, int revision) {
        return id + "/" + rank + "/" + revision;
    }

    /** What the cloud refuses lies in the dead letters. */
    private boolean buried(String id) {
        return written("dead-letters").stream().anyMatch(entry -> parsed(() -> EscalatedSample.parseFrom(entry.value()))
                .getEscalationId()
                .equals(id));
    }

    private void requireOneDeadLetterEach() {
        Set<String> origins = new HashSet<>();
        for (Entry entry : written("dead-letters")) {
            String origin = header(entry, "origin-partition") + "/" + header(entry, "origin-offset");
            Audit.require(origins.add(origin), "a record is buried twice: " + origin);
        }
    }

    private static String header(Entry entry, String name) {
        return new String(entry.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private interface Parsing<T> {
        T get() throws InvalidProtocolBufferException;
    }

    private static <T> T parsed(Parsing<T> parsing) {
        try {
            return parsing.get();
        } catch (InvalidProtocolBufferException e) {
            throw new Violation("a record cannot be read: " + e.getMessage());
        }
    }
}
