package io.tiergate.cli.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.ModelReference;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What lies in the topics after a run.
 *
 * @param retrainingRecords of samples that were promised to the client
 * @param deadLetters all of them
 * @param bytesEscalated values of the promised samples' records, each sample once however often it was sent
 * @param samplesEscalated how many samples that were
 * @param ensembles that decided, {@code name/version@digest}
 */
record TopicCensus(
        int retrainingRecords, int deadLetters, long bytesEscalated, int samplesEscalated, List<String> ensembles) {
    private static final String PREFIX = "tiergate.default.";

    static TopicCensus take(String brokerAddress, Set<String> promises) {
        Map<String, Integer> escalated = new HashMap<>();
        Set<String> ensembles = new TreeSet<>();
        int[] retraining = new int[1];
        int[] deadLetters = new int[1];
        try (TopicReader reader = new TopicReader(brokerAddress)) {
            reader.read(PREFIX + "escalations", message -> {
                String id = message.key() == null ? "" : new String(message.key(), StandardCharsets.UTF_8);
                if (promises.contains(id) && message.value() != null) {
                    escalated.putIfAbsent(id, message.value().length);
                }
            });
            reader.read(PREFIX + "retraining", message -> {
                LabeledSample sample = parse(message.value());
                if (promises.contains(sample.getEscalationId())) {
                    retraining[0]++;
                    ensembles.add(name(sample.getEnsemble()));
                }
            });
            reader.read(PREFIX + "dead-letters", message -> {
                // Beside the letters lie marks of those that were put back.
                if (message.headers().lastHeader("replayed") == null) {
                    deadLetters[0]++;
                }
            });
        }
        return new TopicCensus(
                retraining[0],
                deadLetters[0],
                escalated.values().stream().mapToLong(Integer::longValue).sum(),
                escalated.size(),
                List.copyOf(ensembles));
    }

    /** Without the dead letters that were there earlier. */
    TopicCensus since(int deadLettersBefore) {
        return new TopicCensus(
                retrainingRecords, deadLetters - deadLettersBefore, bytesEscalated, samplesEscalated, ensembles);
    }

    private static LabeledSample parse(byte[] value) {
        try {
            return LabeledSample.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            // It belongs to no promise then, and is missed in the count.
            return LabeledSample.getDefaultInstance();
        }
    }

    private static String name(ModelReference model) {
        return model.getName() + "/" + model.getVersion() + "@" + model.getDigest();
    }
}
