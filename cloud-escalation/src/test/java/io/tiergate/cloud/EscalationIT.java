package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.sample;
import static io.tiergate.cloud.testing.Samples.withoutPayload;
import static io.tiergate.cloud.testing.Topics.header;
import static io.tiergate.cloud.testing.Topics.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.tiergate.cloud.testing.Application;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.CloudStack;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Samples;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One service, one broker, one database; every test looks only at the ids it made itself. */
class EscalationIT {
    private static final String TENANT = "acme";

    @TempDir
    static Path folder;

    private static CloudStack stack;
    private static DatabaseServer database;
    private static CloudProcess cloud;
    private static Topics topics;

    @BeforeAll
    static void startAll() throws Exception {
        stack = CloudStack.start("escalation", TENANT, folder);
        database = stack.database();
        cloud = stack.cloud();
        topics = stack.topics();
    }

    @AfterAll
    static void stopAll() throws Exception {
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void answersASureSampleWithOneVerdictAndOneRetrainingRecord() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topics.name("escalations"), sample.getEscalationId().getBytes(UTF_8), sample.toByteArray());
        record.headers().add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8));
        topics.send(record);
        topics.awaitAllRead();

        List<ConsumerRecord<byte[], byte[]>> verdicts = topics.verdictsOn(sample);
        assertThat(verdicts).hasSize(1);
        ConsumerRecord<byte[], byte[]> answer = verdicts.get(0);
        assertThat(answer.partition()).isEqualTo(3);
        assertThat(new String(answer.key(), UTF_8)).isEqualTo("site-1");
        assertThat(header(answer, "ce_specversion")).isEqualTo("1.0");
        assertThat(header(answer, "ce_type")).isEqualTo("io.tiergate.verdict.v1");
        assertThat(header(answer, "ce_id")).isEqualTo(sample.getEscalationId() + "/1");
        assertThat(header(answer, "traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c");
        Verdict verdict = Verdict.parseFrom(answer.value());
        assertThat(verdict.getAttempt()).isEqualTo(1);
        assertThat(verdict.getFinal().getLabel()).isEqualTo("a");
        assertThat(verdict.getFinal().getLabelIndex()).isZero();
        assertThat(verdict.getFinal().getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_ENSEMBLE);
        assertThat(verdict.getFinal().getRank()).isEqualTo(10);
        assertThat(verdict.getFinal().getDegraded()).isFalse();
        assertThat(verdict.getFinal().getEnsemble().getName()).isEqualTo("tiny-ensemble");
        // softmax([10, 0, 0])[0] = 1 / (1 + 2 exp(-10))
        assertThat(verdict.getFinal().getProbabilities(0)).isCloseTo(0.999909f, within(1e-5f));

        List<ConsumerRecord<byte[], byte[]>> labeled = labeledSamplesOf(sample);
        assertThat(labeled).hasSize(1);
        assertThat(new String(labeled.get(0).key(), UTF_8)).isEqualTo("0".repeat(64));
        LabeledSample kept = LabeledSample.parseFrom(labeled.get(0).value());
        assertThat(kept.getLabel()).isEqualTo("a");
        assertThat(kept.getTensorsList()).isEqualTo(sample.getTensors().getTensorsList());
        assertThat(kept.getInclusionProbability()).isEqualTo(1);
    }

    @Test
    void parksAnUnsureSampleWithItsPayloadForAPerson() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.UNSURE).build();
        topics.escalate(sample);
        topics.awaitAllRead();

        Verdict verdict = onlyVerdictOn(sample);
        assertThat(verdict.getParked().getReason()).isEqualTo("entropy 1.099 above 0.500");
        assertThat(verdict.getParked().getProvisionalLabel()).isEqualTo("a");
        assertThat(labeledSamplesOf(sample)).isEmpty();
        assertThat(parkedSample(sample)).isEqualTo(sample.toByteArray());
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> cloud.metric("tiergate_review_pending") >= 1);
    }

    @Test
    void parksASampleOnWhichNoQuorumOfMembersAnswersAndItsMatesAreAnswered() throws Exception {
        EscalatedSample lost = sample(TENANT, Input.WITHOUT_QUORUM).build();
        EscalatedSample degraded = sample(TENANT, Input.DEGRADED_A).build();
        EscalatedSample sound = sample(TENANT, Input.SURE_B).build();
        topics.escalateTo(0, List.of(lost, degraded, sound));
        topics.awaitAllRead();

        assertThat(onlyVerdictOn(lost).getParked().getReason()).isEqualTo("no-quorum");
        assertThat(onlyVerdictOn(lost).getParked().getProvisionalLabelIndex()).isEqualTo(-1);
        assertThat(onlyVerdictOn(degraded).getFinal().getDegraded()).isTrue();
        assertThat(onlyVerdictOn(sound).getFinal().getLabel()).isEqualTo("b");
    }

    @Test
    void parksASampleWithoutPayloadUnderItsEdgesLabelAndDoesNotAskTheEnsemble() throws Exception {
        EscalatedSample sample = withoutPayload(TENANT).build();
        double before = cloud.metric("tiergate_ensemble_batch_size_sum");
        topics.escalate(sample);
        topics.awaitAllRead();

        Verdict.Parked parked = onlyVerdictOn(sample).getParked();
        assertThat(parked.getReason()).isEqualTo("no-payload");
        assertThat(parked.getProvisionalLabel()).isEqualTo("b");
        assertThat(parked.getProvisionalLabelIndex()).isEqualTo(1);
        assertThat(parked.getEnsemble().getName()).isEqualTo("tiny-ensemble");
        assertThat(parked.hasDisagreement()).isFalse();
        assertThat(parkedSample(sample)).isEqualTo(sample.toByteArray());
        assertThat(labeledSamplesOf(sample)).isEmpty();
        assertThat(topics.deadLettersOf(sample)).isEmpty();
        assertThat(cloud.metric("tiergate_ensemble_batch_size_sum")).isEqualTo(before);
    }

    @Test
    void answersASampleWithoutPayloadOnceAnAttempt() throws Exception {
        EscalatedSample first = withoutPayload(TENANT).build();
        topics.escalateTo(1, List.of(first, first));
        topics.awaitAllRead();
        topics.escalateTo(1, List.of(first, first.toBuilder().setAttempt(2).build()));
        topics.awaitAllRead();

        List<ConsumerRecord<byte[], byte[]>> verdicts = topics.verdictsOn(first);
        assertThat(verdicts).extracting(record -> verdict(record).getAttempt()).containsExactly(1, 2);
        assertThat(verdicts)
                .extracting(record -> verdict(record).getParked().getReason())
                .containsOnly("no-payload");
        assertThat(parkedSample(first)).isEqualTo(first.toByteArray());
    }

    @Test
    void answersTheMatesOfSamplesWithoutPayload() throws Exception {
        List<EscalatedSample> mates = List.of(
                sample(TENANT, Input.SURE_A).build(),
                withoutPayload(TENANT).build(),
                sample(TENANT, Input.UNSURE).build(),
                withoutPayload(TENANT).setEnsemble("none").build(),
                sample(TENANT, Input.SURE_B).build());
        topics.escalateAll(mates);
        topics.awaitAllRead();

        assertThat(onlyVerdictOn(mates.get(0)).getFinal().getLabel()).isEqualTo("a");
        assertThat(onlyVerdictOn(mates.get(1)).getParked().getReason()).isEqualTo("no-payload");
        assertThat(onlyVerdictOn(mates.get(2)).getParked().getReason()).startsWith("entropy");
        assertThat(onlyVerdictOn(mates.get(3)).getRejected().getReason()).startsWith("ensemble: 'none'");
        assertThat(topics.deadLettersOf(mates.get(3))).hasSize(1);
        assertThat(onlyVerdictOn(mates.get(4)).getFinal().getLabel()).isEqualTo("b");
    }

    @Test
    void answersCopiesOfOneQuestionOnce() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        topics.escalateTo(1, List.of(sample, sample));
        topics.awaitAllRead();
        topics.escalateTo(1, List.of(sample));
        topics.awaitAllRead();

        assertThat(topics.verdictsOn(sample)).hasSize(1);
        assertThat(labeledSamplesOf(sample)).hasSize(1);
        assertThat(cloud.metric("tiergate_escalations_total{outcome=\"duplicate\"}"))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void answersALaterAttemptFromTheRowWithoutASecondRetrainingRecord() throws Exception {
        EscalatedSample first = sample(TENANT, Input.SURE_A).build();
        topics.escalate(first);
        topics.awaitAllRead();
        // Another content, so that an answer computed anew would be seen.
        EscalatedSample second = first.toBuilder()
                .setAttempt(2)
                .setTensors(sample(TENANT, Input.SURE_B).getTensors())
                .build();
        topics.escalate(second);
        topics.awaitAllRead();

        List<ConsumerRecord<byte[], byte[]>> verdicts = topics.verdictsOn(first);
        assertThat(verdicts).hasSize(2);
        Verdict again = Verdict.parseFrom(verdicts.get(1).value());
        assertThat(again.getAttempt()).isEqualTo(2);
        assertThat(again.getFinal())
                .isEqualTo(Verdict.parseFrom(verdicts.get(0).value()).getFinal());
        assertThat(labeledSamplesOf(first)).hasSize(1);
    }

    @Test
    void answersAnEnvelopeThatAsksAgainFromTheRow() throws Exception {
        EscalatedSample decided = sample(TENANT, Input.SURE_A).build();
        EscalatedSample parked = sample(TENANT, Input.UNSURE).build();
        topics.escalate(decided);
        topics.escalate(parked);
        topics.awaitAllRead();
        topics.escalate(envelope(decided));
        topics.escalate(envelope(parked));
        topics.awaitAllRead();

        List<ConsumerRecord<byte[], byte[]>> verdicts = topics.verdictsOn(decided);
        assertThat(verdicts).hasSize(2);
        assertThat(Verdict.parseFrom(verdicts.get(1).value()).getFinal())
                .isEqualTo(Verdict.parseFrom(verdicts.get(0).value()).getFinal());
        assertThat(Verdict.parseFrom(topics.verdictsOn(parked).get(1).value()).hasParked())
                .isTrue();
        assertThat(parkedSample(parked)).isEqualTo(parked.toByteArray());
        assertThat(labeledSamplesOf(decided)).hasSize(1);
    }

    @Test
    void rejectsAnEnvelopeOfWhatItDoesNotKnow() throws Exception {
        EscalatedSample envelope = envelope(sample(TENANT, Input.SURE_A).build());
        topics.escalate(envelope);
        topics.awaitAllRead();
        assertThat(onlyVerdictOn(envelope).getRejected().getReason()).contains("payload: unset");
    }

    @Test
    void anEnvelopeInTheSameBatchAsItsSampleSpoilsNothing() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        topics.escalateTo(0, List.of(sample, envelope(sample)));
        topics.awaitAllRead();
        assertThat(topics.verdictsOn(sample)).isNotEmpty().allSatisfy(answer -> assertThat(
                        Verdict.parseFrom(answer.value()).getFinal().getLabel())
                .isEqualTo("a"));
        assertThat(labeledSamplesOf(sample)).hasSize(1);
    }

    /** The second question about a sample that its edge has dropped. */
    private static EscalatedSample envelope(EscalatedSample sample) {
        return sample.toBuilder().setAttempt(2).clearPayload().build();
    }

    @Test
    void buriesPoisonRecordsWithTheirReasonsAndAnswersTheirMates() throws Exception {
        EscalatedSample before = sample(TENANT, Input.SURE_A).build();
        EscalatedSample after = sample(TENANT, Input.SURE_B).build();
        EscalatedSample unknownEnsemble =
                sample(TENANT, Input.SURE_A).setEnsemble("none").build();
        EscalatedSample wrongShape = sample(TENANT, Input.SURE_A)
                .setTensors(Tensors.newBuilder().addTensors(Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3), 1, 3)))
                .build();
        EscalatedSample unknownLabel = sample(TENANT, Input.SURE_A)
                .setPrediction(EdgePrediction.newBuilder().setLabel("zebra"))
                .build();
        EscalatedSample badPartition =
                sample(TENANT, Input.SURE_A).setReplyPartition(99).build();
        EscalatedSample badId =
                sample(TENANT, Input.SURE_A).setEscalationId("no-uuid").build();
        byte[] garbage = {(byte) 0xff, (byte) 0xfe, 7, 7, 7};
        byte[] key = {0, (byte) 0xc3, 0x28};

        topics.escalateTo(2, List.of(before, unknownEnsemble, wrongShape));
        RecordMetadata garbageAt = topics.send(new ProducerRecord<>(topics.name("escalations"), 2, key, garbage));
        RecordMetadata emptyAt = topics.send(new ProducerRecord<>(topics.name("escalations"), 2, key, null));
        topics.escalateTo(2, List.of(unknownLabel, badPartition, badId, after));
        topics.awaitAllRead();

        assertThat(onlyVerdictOn(before).getFinal().getLabel()).isEqualTo("a");
        assertThat(onlyVerdictOn(after).getFinal().getLabel()).isEqualTo("b");
        assertThat(onlyVerdictOn(unknownEnsemble).getRejected().getReason())
                .isEqualTo("ensemble: 'none' is not served (served: tiny-ensemble)");
        assertThat(onlyVerdictOn(wrongShape).getRejected().getReason())
                .isEqualTo("x: shape [1, 3] (expected: [-1, 4], from model 'tiny-ensemble')");
        assertThat(onlyVerdictOn(unknownLabel).getRejected().getReason()).startsWith("prediction.label: 'zebra'");
        assertThat(topics.verdictsOn(badPartition)).isEmpty();
        assertThat(labeledSamplesOf(unknownEnsemble)).isEmpty();

        assertThat(deadLettersFrom(garbageAt)).singleElement().satisfies(letter -> {
            assertThat(letter.key()).isEqualTo(key);
            assertThat(letter.value()).isEqualTo(garbage);
            assertThat(header(letter, "origin-topic")).isEqualTo(topics.name("escalations"));
            assertThat(header(letter, "reason")).startsWith("the value is no EscalatedSample");
        });
        assertThat(deadLettersFrom(emptyAt)).singleElement().satisfies(letter -> assertThat(letter.value())
                .isNull());
        for (EscalatedSample buried : List.of(unknownEnsemble, wrongShape, unknownLabel, badPartition, badId)) {
            assertThat(topics.deadLettersOf(buried)).as(buried.getReason()).hasSize(1);
        }
        assertThat(cloud.metric("tiergate_dead_letters_total{reason=\"tensor\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThat(cloud.metric("tiergate_dead_letters_total{reason=\"reply-partition\"}"))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void keepsAndAnswersRecordsOfDevicesWhoseClocksAreFarOff() throws Exception {
        for (Instant clock : List.of(Instant.EPOCH, Instant.now().plus(Duration.ofDays(3650)))) {
            EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
            RecordMetadata at = topics.send(new ProducerRecord<>(
                    topics.name("escalations"),
                    5,
                    clock.toEpochMilli(),
                    sample.getEscalationId().getBytes(UTF_8),
                    sample.toByteArray()));
            topics.awaitAllRead();

            assertThat(onlyVerdictOn(sample).getFinal().getLabel()).isEqualTo("a");
            // What retention goes by.
            assertThat(Instant.ofEpochMilli(at.timestamp())).isCloseTo(Instant.now(), within(Duration.ofMinutes(5)));
        }
        for (String topic : List.of("escalations", "verdicts", "retraining", "telemetry", "dead-letters")) {
            assertThat(topics.settings(topic)).containsEntry("message.timestamp.type", "LogAppendTime");
        }
    }

    @Test
    void rejectsASampleThatTheDatabaseRefusesAndAnswersItsMates() throws Exception {
        EscalatedSample before = sample(TENANT, Input.SURE_A).build();
        EscalatedSample culprit = sample(TENANT, Input.UNSURE).build();
        EscalatedSample parked = sample(TENANT, Input.UNSURE).build();
        EscalatedSample after = sample(TENANT, Input.SURE_B).build();
        try (DatabaseServer.Constraint refusal =
                database.constrain("parked_sample", "escalation_id <> '%s'".formatted(culprit.getEscalationId()))) {
            topics.escalateTo(3, List.of(before, culprit, parked, after));
            topics.awaitAllRead();
            topics.escalateTo(3, List.of(culprit));
            topics.awaitAllRead();
        }

        assertThat(onlyVerdictOn(culprit).getRejected().getReason())
                .startsWith("the database does not take this sample: ")
                .contains("23514");
        assertThat(topics.deadLettersOf(culprit)).hasSize(1);
        assertThat(onlyVerdictOn(before).getFinal().getLabel()).isEqualTo("a");
        assertThat(onlyVerdictOn(parked).hasParked()).isTrue();
        assertThat(parkedSample(parked)).isEqualTo(parked.toByteArray());
        assertThat(onlyVerdictOn(after).getFinal().getLabel()).isEqualTo("b");
        assertThat(cloud.metric("tiergate_dead_letters_total{reason=\"not-storable\"}"))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void rejectsASampleOfWhichTheDatabaseDoesNotEvenTakeTheRejection() throws Exception {
        EscalatedSample culprit = sample(TENANT, Input.SURE_A).build();
        EscalatedSample mate = sample(TENANT, Input.SURE_B).build();
        try (DatabaseServer.Constraint refusal =
                database.constrain("escalation", "escalation_id <> '%s'".formatted(culprit.getEscalationId()))) {
            topics.escalateTo(3, List.of(culprit, mate));
            topics.awaitAllRead();
        }

        assertThat(onlyVerdictOn(culprit).getRejected().getReason()).contains("23514");
        assertThat(topics.deadLettersOf(culprit)).hasSize(1);
        assertThat(labeledSamplesOf(culprit)).isEmpty();
        assertThat(onlyVerdictOn(mate).getFinal().getLabel()).isEqualTo("b");
    }

    @Test
    void publishesFromTheRowWhatWasStoredBeforeACrashButNotCommittedToKafka() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        // The row as the crashed run left it, with another label than would be computed now.
        Verdict stored = Verdict.newBuilder()
                .setEscalationId(sample.getEscalationId())
                .setTenant(TENANT)
                .setSite("site-1")
                .setAttempt(1)
                .setFinal(Verdict.Final.newBuilder().setLabel("c").setLabelIndex(2))
                .build();
        long offset = topics.escalateTo(4, List.of(sample(TENANT, Input.SURE_A).build()))
                        .get(0)
                        .offset()
                + 1;
        topics.awaitAllRead();
        insertRow(stored, 4, offset);
        RecordMetadata at = topics.escalateTo(4, List.of(sample)).get(0);
        assertThat(at.offset()).isEqualTo(offset);
        topics.awaitAllRead();

        assertThat(onlyVerdictOn(sample).getFinal().getLabel()).isEqualTo("c");
        assertThat(labeledSamplesOf(sample)).hasSize(1);
    }

    @Test
    void decidesAReplayedDeadLetterAnewAndOnce() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        insertRow(
                Verdict.newBuilder()
                        .setEscalationId(sample.getEscalationId())
                        .setRejected(Verdict.Rejected.newBuilder().setReason("ensemble: was not served"))
                        .build(),
                0,
                1_000_000);
        topics.escalateTo(0, List.of(sample));
        topics.awaitAllRead();
        assertThat(topics.verdictsOn(sample)).as("a copy").isEmpty();

        topics.send(replayed(sample, "0:7"));
        topics.awaitAllRead();
        assertThat(onlyVerdictOn(sample).getFinal().getLabel()).isEqualTo("a");
        assertThat(header(topics.verdictsOn(sample).get(0), "ce_id"))
                .isEqualTo(sample.getEscalationId() + "/1/replay-of/0:7");
        assertThat(labeledSamplesOf(sample)).hasSize(1);

        topics.send(replayed(sample, "0:7"));
        topics.send(replayed(sample, "0:8"));
        topics.escalateTo(0, List.of(sample));
        topics.awaitAllRead();
        assertThat(topics.verdictsOn(sample)).hasSize(1);
        assertThat(labeledSamplesOf(sample)).hasSize(1);
        assertThat(topics.deadLettersOf(sample)).isEmpty();
    }

    @Test
    void parksAReplayedDeadLetterThatTheDatabaseHadRefused() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.UNSURE).build();
        try (DatabaseServer.Constraint refusal =
                database.constrain("parked_sample", "escalation_id <> '%s'".formatted(sample.getEscalationId()))) {
            topics.escalate(sample);
            topics.awaitAllRead();
        }
        assertThat(onlyVerdictOn(sample).hasRejected()).isTrue();
        topics.send(replayed(sample, "0:7"));
        topics.awaitAllRead();

        assertThat(topics.verdictsOn(sample))
                .extracting(record -> verdict(record).getOutcomeCase())
                .containsExactly(Verdict.OutcomeCase.REJECTED, Verdict.OutcomeCase.PARKED);
        assertThat(parkedSample(sample)).isEqualTo(sample.toByteArray());
    }

    @Test
    void buriesAReplayedDeadLetterAnewIfItIsStillBroken() throws Exception {
        EscalatedSample broken =
                sample(TENANT, Input.SURE_A).setEnsemble("none").build();
        topics.escalate(broken);
        topics.awaitAllRead();
        topics.send(replayed(broken, "0:7"));
        topics.awaitAllRead();

        assertThat(topics.verdictsOn(broken))
                .extracting(record -> header(record, "ce_id"))
                .containsExactly(broken.getEscalationId() + "/1", broken.getEscalationId() + "/1/replay-of/0:7");
        assertThat(topics.deadLettersOf(broken))
                .hasSize(2)
                .allSatisfy(letter -> assertThat(header(letter, "reason-code")).isEqualTo("ensemble"));
    }

    private static ProducerRecord<byte[], byte[]> replayed(EscalatedSample sample, String letter) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topics.name("escalations"), sample.getEscalationId().getBytes(UTF_8), sample.toByteArray());
        record.headers().add("replay-of", letter.getBytes(UTF_8));
        return record;
    }

    @Test
    void buriesHostileTensorsAndAnswersTheirEdges() throws Exception {
        List<EscalatedSample> hostile = List.of(
                with(Samples.tensor("x", "FP32", Samples.bytes(1), 1L << 62, 4)),
                with(Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3, 4), -1, 4)),
                with(Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3, 4), 1, -4)),
                with(Samples.tensor("x", "FP32", Samples.bytes(), 0, 4)),
                with(Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3), 1, 4)),
                with(Samples.tensor("x", "FP31", Samples.bytes(1, 2, 3, 4), 1, 4)),
                with(Samples.tensor("x", "BYTES", Samples.bytes(1, 2, 3, 4), 1, 4)),
                with(Samples.tensor("y", "FP32", Samples.bytes(1, 2, 3, 4), 1, 4)),
                with(
                        Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3, 4), 1, 4),
                        Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3, 4), 1, 4)),
                with(Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3, 4, 5, 6, 7, 8), 2, 4)),
                with(Samples.tensor("x", "FP32", Samples.bytes(1, 2, 3, 4))));
        EscalatedSample mate = sample(TENANT, Input.SURE_B).build();
        List<EscalatedSample> all = new ArrayList<>(hostile);
        all.add(hostile.size() / 2, mate);
        topics.escalateTo(4, all);
        topics.awaitAllRead();

        assertThat(onlyVerdictOn(mate).getFinal().getLabel()).isEqualTo("b");
        for (EscalatedSample sample : hostile) {
            String tensors = sample.getTensors().toString();
            assertThat(onlyVerdictOn(sample).hasRejected()).as(tensors).isTrue();
            assertThat(topics.deadLettersOf(sample)).as(tensors).hasSize(1);
        }
    }

    private static EscalatedSample with(io.tiergate.proto.v1.Tensor... tensors) {
        return sample(TENANT, Input.SURE_A)
                .setTensors(Tensors.newBuilder().addAllTensors(List.of(tensors)))
                .build();
    }

    @Test
    void answersAThousandSamplesEachOnceAndInLargerBatches() throws Exception {
        List<EscalatedSample> samples = java.util.stream.IntStream.range(0, 1000)
                .mapToObj(i -> sample(TENANT, i % 2 == 0 ? Input.SURE_A : Input.SURE_B)
                        .setSite("load")
                        .build())
                .toList();
        topics.escalateAll(samples);
        topics.awaitAllRead();

        List<String> answered = topics.committed("verdicts").stream()
                .map(Topics::verdict)
                .filter(verdict -> verdict.getSite().equals("load"))
                .map(Verdict::getEscalationId)
                .toList();
        assertThat(answered)
                .containsExactlyInAnyOrderElementsOf(
                        samples.stream().map(EscalatedSample::getEscalationId).toList());
        assertThat(cloud.metric("tiergate_ensemble_batch_size_max")).isGreaterThan(1);
    }

    @Test
    void servesHealthOnBothPortsAndPrintsOneLine() throws Exception {
        assertThat(cloud.get("/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(cloud.get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(cloud.standardOutput())
                .isEqualTo("tiergate cloud ready grpc=%d http=%d%n".formatted(cloud.grpcPort(), cloud.httpPort()));
        try (Application probe = new Application(cloud.grpcPort())) {
            assertThat(probe.health("")).isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void storesAndPublishesNothingOfACallThatAsksDirectly() throws Exception {
        topics.awaitAllRead();
        int rows = storedRows();
        int verdicts = topics.committed("verdicts").size();
        int labeled = topics.committed("retraining").size();
        try (Application application = new Application(cloud.grpcPort())) {
            application
                    .inference()
                    .modelInfer(Application.request("tiny-ensemble", Input.SURE_A, Input.UNSURE)
                            .build());
        }
        // One escalation more, behind which whatever the call had left would have come by.
        topics.escalate(sample(TENANT, Input.SURE_A).build());
        topics.awaitAllRead();

        assertThat(storedRows()).isEqualTo(rows + 1);
        assertThat(topics.committed("verdicts")).hasSize(verdicts + 1);
        assertThat(topics.committed("retraining")).hasSize(labeled + 1);
    }

    private static Verdict onlyVerdictOn(EscalatedSample sample) {
        List<ConsumerRecord<byte[], byte[]>> verdicts = topics.verdictsOn(sample);
        assertThat(verdicts).hasSize(1);
        return verdict(verdicts.get(0));
    }

    private static List<ConsumerRecord<byte[], byte[]>> labeledSamplesOf(EscalatedSample sample) {
        return topics.committed("retraining").stream()
                .filter(record -> header(record, "ce_id").equals(sample.getEscalationId()))
                .toList();
    }

    private static List<ConsumerRecord<byte[], byte[]>> deadLettersFrom(RecordMetadata origin) {
        return topics.committed("dead-letters").stream()
                .filter(record -> header(record, "origin-partition").equals(Integer.toString(origin.partition()))
                        && header(record, "origin-offset").equals(Long.toString(origin.offset())))
                .toList();
    }

    private static int storedRows() throws SQLException {
        try (Connection connection = database.connect();
                Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery("select count(*) from escalation")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static byte[] parkedSample(EscalatedSample sample) throws Exception {
        try (Connection connection = database.connect();
                PreparedStatement query = connection.prepareStatement(
                        "select sample from parked_sample where tenant = ? and escalation_id = ?")) {
            query.setString(1, TENANT);
            query.setObject(2, UUID.fromString(sample.getEscalationId()));
            try (ResultSet rows = query.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getBytes(1);
            }
        }
    }

    private static void insertRow(Verdict verdict, int partition, long offset) throws Exception {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into escalation (tenant, escalation_id, outcome, attempt, first_partition, first_offset,"
                                + " latest_partition, latest_offset, verdict) values (?, ?, ?, 1, ?, ?, ?, ?, ?)")) {
            insert.setString(1, TENANT);
            insert.setObject(2, UUID.fromString(verdict.getEscalationId()));
            insert.setString(3, verdict.getOutcomeCase().name());
            insert.setInt(4, partition);
            insert.setLong(5, offset);
            insert.setInt(6, partition);
            insert.setLong(7, offset);
            insert.setBytes(8, verdict.toByteArray());
            insert.executeUpdate();
        }
    }
}
