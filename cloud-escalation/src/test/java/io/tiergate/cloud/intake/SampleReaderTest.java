package io.tiergate.cloud.intake;

import static io.tiergate.cloud.testing.Samples.bytes;
import static io.tiergate.cloud.testing.Samples.labelled;
import static io.tiergate.cloud.testing.Samples.reported;
import static io.tiergate.cloud.testing.Samples.sample;
import static io.tiergate.cloud.testing.Samples.tensor;
import static io.tiergate.cloud.testing.Samples.withoutPayload;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.intake.Refusal.Code;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.cloud.testing.Input;
import io.tiergate.proto.v1.ClaimCheck;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.serving.claimcheck.Claim;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleReaderTest {
    private static final String TENANT = "acme";
    private static final int VERDICT_PARTITIONS = 8;
    private static final int MOST_BYTES = 1_000_000;
    private static final int MOST_CLAIMED_BYTES = 2_000_000;

    @TempDir
    static Path repository;

    private static SampleReader reader;

    @BeforeAll
    static void loadEnsembles() throws Exception {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        Ensembles ensembles = new Ensembles(FixedEnsembleConfig.withBatchLimit(4));
        TestModels.copyTo("tiny", repository);
        TestModels.copyTo("kinds", "two-inputs-ensemble", repository);
        ensembles.load(repository);
        reader = new SampleReader(ensembles, TENANT, MOST_BYTES, MOST_CLAIMED_BYTES);
    }

    @Test
    void readsASoundSample() {
        EscalatedSample sample = sound().build();
        assertThat(read(sample)).isInstanceOfSatisfying(Reading.Question.class, question -> {
            assertThat(question.id()).hasToString(sample.getEscalationId());
            assertThat(question.ensemble().manifest().name()).isEqualTo("tiny-ensemble");
            assertThat(question.inputs()).singleElement().hasToString("x:FP32[1, 4]");
        });
    }

    @Test
    void putsSeveralTensorsIntoTheEnsemblesOrder() {
        Tensor a = tensor("a", "FP32", bytes(1, 2, 3), 1, 3);
        Tensor b = tensor("b", "FP32", bytes(4, 5, 6), 1, 3);

        assertThat(read(ofTwoInputs(b, a).build())).isInstanceOfSatisfying(Reading.Question.class, question -> {
            assertThat(question.inputs()).extracting(Object::toString).containsExactly("a:FP32[1, 3]", "b:FP32[1, 3]");
            assertThat(question.inputs().get(0).rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
            assertThat(question.inputs().get(1).rowOfDoubles(0, 3)).containsExactly(4, 5, 6);
        });
        assertRefused(ofTwoInputs(a), Code.TENSOR, "inputs [a] (expected: [a, b], from model 'two-inputs-ensemble')");
        assertRefused(
                ofTwoInputs(a, tensor("b", "FP32", bytes(1, 2, 3, 4, 5, 6), 2, 3)),
                Code.TENSOR,
                "b: batch of 2 rows (expected: 1 as in a");
    }

    @Test
    void takesASampleWhoseEdgeHasNoLabel() {
        assertThat(read(sound().setPrediction(EdgePrediction.getDefaultInstance())
                        .build()))
                .isInstanceOf(Reading.Question.class);
    }

    @Test
    void cannotAnswerARecordWithoutValueOrWithGarbage() {
        assertUnanswerable(reader.read(record(null), VERDICT_PARTITIONS), Code.UNREADABLE, "the record has no value");
        assertUnanswerable(
                reader.read(record(new byte[] {(byte) 0xff}), VERDICT_PARTITIONS),
                Code.UNREADABLE,
                "the value is no EscalatedSample");
    }

    @Test
    void neverFailsWhateverTheBytes() {
        Random random = new Random(7);
        byte[] question = sound().build().toByteArray();
        byte[] report = labelled(sound().build(), "a", 1).build().toByteArray();
        for (int round = 0; round < 5_000; round++) {
            byte[] mutated = (round % 2 == 0 ? question : report).clone();
            for (int change = 0; change <= round % 5; change++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            assertThat(reader.read(record(mutated), VERDICT_PARTITIONS)).isNotNull();
        }
    }

    @Test
    void cannotAnswerWithoutIdSiteOrPartition() {
        assertUnanswerable(read(sound().setEscalationId("7").build()), Code.ADDRESS, "escalation_id: '7'");
        assertUnanswerable(read(sound().setEscalationId("1-1-1-1-1").build()), Code.ADDRESS, "escalation_id: '1-1");
        assertUnanswerable(read(sound().setSite(" ").build()), Code.ADDRESS, "site: empty");
        assertUnanswerable(
                read(sound().setReplyPartition(VERDICT_PARTITIONS).build()),
                Code.REPLY_PARTITION,
                "reply_partition: 8 (expected: 0 to 7");
        assertUnanswerable(read(sound().setReplyPartition(-1).build()), Code.REPLY_PARTITION, "reply_partition: -1");
        assertThat(read(sound().setReplyPartition(VERDICT_PARTITIONS - 1).build()))
                .isInstanceOf(Reading.Question.class);
    }

    @Test
    void refusesAnotherTenantsSample() {
        assertRefused(sound().setTenant("other"), Code.ADDRESS, "tenant: 'other' (expected: acme");
        assertRefused(sound().clearTenant(), Code.ADDRESS, "tenant: ''");
    }

    @Test
    void refusesAnEnsembleThatIsNotServed() {
        assertRefused(
                sound().setEnsemble("none"),
                Code.ENSEMBLE,
                "ensemble: 'none' is not served (served: tiny-ensemble, two-inputs-ensemble)");
    }

    @Test
    void refusesAPayloadThatIsNotTensors() {
        assertRefused(sound().clearPayload(), Code.PAYLOAD, "payload: unset (expected: tensors or a claim check)");
    }

    @Test
    void readsASampleWithAClaimCheckOnceItsPayloadIsThere() {
        EscalatedSample sound = sound().build();
        byte[] payload = sound.getTensors().toByteArray();
        EscalatedSample sample = sound.toBuilder().setClaimCheck(claim(payload)).build();
        assertThat(read(sample)).isInstanceOfSatisfying(Reading.Claimed.class, claimed -> {
            assertThat(claimed.claim().sizeBytes()).isEqualTo(payload.length);
            assertThat(reader.fetched(claimed, payload)).isInstanceOfSatisfying(Reading.Question.class, question -> {
                assertThat(question.inputs()).singleElement().hasToString("x:FP32[1, 4]");
                assertThat(question.sample().getTensors().getFetchedFrom()).isEqualTo(sample.getClaimCheck());
            });
            assertThat(reader.fetched(claimed, new byte[] {1}))
                    .isInstanceOfSatisfying(
                            Reading.Refused.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(Code.CLAIM_CHECK));
            assertThat(reader.fetched(claimed, new byte[0])).isInstanceOf(Reading.WithoutPayload.class);
        });
    }

    @Test
    void refusesClaimChecksThatLeadElsewhereOrPromiseTooMuch() {
        ClaimCheck sound = claim(new byte[] {1});
        assertRefused(
                sound().setClaimCheck(ClaimCheck.getDefaultInstance()),
                Code.CLAIM_CHECK,
                "claim_check.digest: 0 bytes (expected: 32");
        assertRefused(
                sound().setClaimCheck(sound.toBuilder().setSizeBytes(-1)),
                Code.CLAIM_CHECK,
                "claim_check.size_bytes: -1");
        assertRefused(
                sound().setClaimCheck(sound.toBuilder().setUri("../../etc/passwd")),
                Code.CLAIM_CHECK,
                "claim_check.uri: '../../etc/passwd' (expected: acme/4b/4bf5122f");
        assertRefused(
                sound().setClaimCheck(Claim.of("another", new byte[] {1}).toMessage()),
                Code.CLAIM_CHECK,
                "claim_check.uri: 'another/4b/");
        assertRefused(
                sound().setClaimCheck(sound.toBuilder().setSizeBytes(MOST_CLAIMED_BYTES + 1)),
                Code.TOO_LARGE,
                "claim_check.size_bytes: 2000001 (expected: at most 2000000)");
    }

    @Test
    void readsAReportWithAClaimCheckWithoutFetchingIt() {
        EscalatedSample sample = sound().setClaimCheck(claim(new byte[] {1})).build();
        assertThat(read(labelled(sample, "c", 0).build()))
                .isInstanceOfSatisfying(Reading.Reported.class, report -> assertThat(report.bringsSample())
                        .isTrue());
    }

    private static ClaimCheck claim(byte[] payload) {
        return Claim.of(TENANT, payload).toMessage();
    }

    @Test
    void readsASampleSentWithoutTensorsAsOneWithoutPayload() {
        EscalatedSample sample = withoutPayload(TENANT).build();
        assertThat(read(sample)).isInstanceOfSatisfying(Reading.WithoutPayload.class, reading -> {
            assertThat(reading.id()).hasToString(sample.getEscalationId());
            assertThat(reading.ensemble().manifest().name()).isEqualTo("tiny-ensemble");
        });
    }

    @Test
    void refusesASampleWithoutPayloadByTheSameRulesAsAnyOther() {
        assertRefused(withoutPayload(TENANT).setEnsemble("none"), Code.ENSEMBLE, "ensemble: 'none' is not served");
        assertRefused(
                withoutPayload(TENANT).setPrediction(EdgePrediction.newBuilder().setLabel("zebra")),
                Code.LABEL,
                "prediction.label: 'zebra'");
    }

    @Test
    void refusesTensorsThatDoNotFitTheEnsemble() {
        ByteString four = bytes(1, 0, 0, 0);
        assertTensorRefused("inputs [y] (expected: [x]", tensor("y", "FP32", four, 1, 4));
        assertTensorRefused("x: datatype FP64", tensor("x", "FP64", bytes(1, 0, 0, 0, 1, 0, 0, 0), 1, 4));
        assertTensorRefused("x: datatype 'FLOAT'", tensor("x", "FLOAT", four, 1, 4));
        assertTensorRefused("x: shape [1, 3]", tensor("x", "FP32", bytes(1, 0, 0), 1, 3));
        assertTensorRefused("x: 16 bytes (expected: 32", tensor("x", "FP32", four, 2, 4));
        assertTensorRefused("x: 15 bytes", tensor("x", "FP32", four.substring(1), 1, 4));
        assertTensorRefused("x: shape [-1, 4]", tensor("x", "FP32", four, -1, 4));
        assertTensorRefused("x: shape", tensor("x", "FP32", four, Long.MAX_VALUE, 4));
        assertTensorRefused("x: batch of 2 rows", tensor("x", "FP32", bytes(1, 0, 0, 0, 1, 0, 0, 0), 2, 4));
        assertTensorRefused("x: batch of 0 rows", tensor("x", "FP32", ByteString.EMPTY, 0, 4));
        assertTensorRefused(
                "input 'x' is given twice", tensor("x", "FP32", four, 1, 4), tensor("x", "FP32", four, 1, 4));
    }

    @Test
    void refusesALabelThatTheEnsembleDoesNotKnow() {
        assertRefused(
                sound().setPrediction(EdgePrediction.newBuilder().setLabel("zebra")),
                Code.LABEL,
                "prediction.label: 'zebra' (expected: one of [a, b, c]");
    }

    @Test
    void refusesASampleThatIsTooLargeOnceItIsDecompressed() {
        int before = sound().setSubject("s".repeat(MOST_BYTES)).build().getSerializedSize() - MOST_BYTES;
        EscalatedSample.Builder largest = sound().setSubject("s".repeat(MOST_BYTES - before));
        assertThat(largest.build().getSerializedSize()).isEqualTo(MOST_BYTES);
        assertThat(read(largest.build())).isInstanceOf(Reading.Question.class);
        assertRefused(
                largest.setSubject(largest.getSubject() + "s"),
                Code.TOO_LARGE,
                "value: 1000001 bytes (expected: at most 1000000 once decompressed)");
    }

    @Test
    void keepsAReasonShortHoweverLongTheName() {
        Reading reading = read(sound().setEnsemble("n".repeat(100_000)).build());
        assertThat(((Reading.Refused) reading).refusal().sentence()).hasSizeLessThan(600);
    }

    @Test
    void readsAReportWithAndWithoutTensorsWhateverItsReplyPartition() {
        EscalatedSample sample = sound().setReplyPartition(VERDICT_PARTITIONS).build();
        assertThat(read(reported(sample, "c", 2).build())).isInstanceOfSatisfying(Reading.Reported.class, report -> {
            assertThat(report.id()).hasToString(sample.getEscalationId());
            assertThat(report.ensemble().manifest().name()).isEqualTo("tiny-ensemble");
            assertThat(report.revision()).isEqualTo(2);
            assertThat(report.bringsSample()).isFalse();
        });
        assertThat(read(labelled(sample, "c", 0).build()))
                .isInstanceOfSatisfying(Reading.Reported.class, report -> assertThat(report.bringsSample())
                        .isTrue());
        assertThat(read(labelled(withoutPayload(TENANT).build(), "c", 0).build()))
                .isInstanceOfSatisfying(Reading.Reported.class, report -> assertThat(report.bringsSample())
                        .isFalse());
    }

    @Test
    void answersNobodyAboutAReportThatItRefuses() {
        EscalatedSample.Builder sound = reported(sound().build(), "a", 0);
        assertThat(read(sound.build())).isInstanceOf(Reading.Reported.class);

        assertUnanswerable(read(sound.clone().setEscalationId("7").build()), Code.ADDRESS, "escalation_id: '7'");
        assertUnanswerable(read(sound.clone().setSite(" ").build()), Code.ADDRESS, "site: empty");
        assertUnanswerable(read(sound.clone().setTenant("other").build()), Code.ADDRESS, "tenant: 'other'");
        assertUnanswerable(
                read(sound.clone().setSubject("s".repeat(MOST_BYTES)).build()), Code.TOO_LARGE, "value: 1000");
        assertUnanswerable(read(sound.clone().setEnsemble("none").build()), Code.ENSEMBLE, "ensemble: 'none'");
        assertUnanswerable(
                read(sound.clone()
                        .setClaimCheck(ClaimCheck.getDefaultInstance())
                        .build()),
                Code.CLAIM_CHECK,
                "claim_check.digest: 0 bytes");
        assertUnanswerable(
                read(reported(sound().build(), "zebra", 0).build()),
                Code.LABEL,
                "reported_label.label: 'zebra' (expected: one of [a, b, c], the labels of ensemble 'tiny-ensemble')");
        assertUnanswerable(read(reported(sound().build(), "", 0).build()), Code.LABEL, "reported_label.label: ''");
        assertUnanswerable(
                read(reported(sound().build(), "a", -1).build()),
                Code.LABEL,
                "reported_label.revision: -1 (expected: 0 or more)");
    }

    private static EscalatedSample.Builder sound() {
        return sample(TENANT, Input.SURE_A);
    }

    private static EscalatedSample.Builder ofTwoInputs(Tensor... tensors) {
        return sound().setEnsemble("two-inputs-ensemble")
                .setTensors(Tensors.newBuilder().addAllTensors(java.util.List.of(tensors)));
    }

    private static Reading read(EscalatedSample sample) {
        return reader.read(record(sample.toByteArray()), VERDICT_PARTITIONS);
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("tiergate.acme.escalations", 1, 7, new byte[] {1}, value);
    }

    private static void assertUnanswerable(Reading reading, Code code, String words) {
        assertThat(reading).isInstanceOfSatisfying(Reading.Unanswerable.class, unanswerable -> {
            assertThat(unanswerable.refusal().code()).isEqualTo(code);
            assertThat(unanswerable.refusal().sentence()).startsWith(words);
        });
    }

    private static void assertRefused(EscalatedSample.Builder sample, Code code, String words) {
        assertThat(read(sample.build())).isInstanceOfSatisfying(Reading.Refused.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(code);
            assertThat(refused.refusal().sentence()).startsWith(words);
        });
    }

    private static void assertTensorRefused(String words, Tensor... tensors) {
        assertRefused(
                sound().setTensors(Tensors.newBuilder().addAllTensors(java.util.List.of(tensors))), Code.TENSOR, words);
    }
}
