package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.labelled;
import static io.tiergate.cloud.testing.Samples.reported;
import static io.tiergate.cloud.testing.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Servers;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Tensors;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.serving.claimcheck.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Samples whose payloads lie in an object store. Every test has a tenant and a store of its own. */
class ClaimCheckIT {
    private static final int MEBIBYTE = 1024 * 1024;

    @TempDir
    static Path folder;

    private static Servers servers;

    private String tenant;
    private Path store;

    @BeforeAll
    static void startServers() throws Exception {
        servers = Servers.start(folder, "tiny");
    }

    @AfterAll
    static void stopServers() throws Exception {
        servers.close();
    }

    @BeforeEach
    void takeTenant(TestInfo test) throws IOException {
        tenant = test.getTestMethod().orElseThrow().getName();
        store = Files.createDirectory(folder.resolve(tenant));
    }

    @Test
    void answersWhatItCanFetchAndRejectsAloneWhatIsGoneOrDamaged() throws Exception {
        try (CloudProcess cloud = cloud(Map.of());
                Topics topics = servers.topics(tenant)) {
            EscalatedSample small = sample(tenant, Input.SURE_B).build();
            EscalatedSample sure = claimed(large(Input.SURE_A, 3 * MEBIBYTE));
            EscalatedSample unsure = claimed(large(Input.UNSURE, 2 * MEBIBYTE));
            EscalatedSample gone = claimed(large(Input.SURE_A, MEBIBYTE));
            EscalatedSample damaged = claimed(large(Input.SURE_B, MEBIBYTE + 1));
            EscalatedSample unsent =
                    labelled(claimed(large(Input.SURE_A, MEBIBYTE + 2)), "c", 0).build();
            Files.delete(object(gone));
            byte[] bytes = Files.readAllBytes(object(damaged));
            bytes[bytes.length - 1] ^= 1;
            Files.write(object(damaged), bytes);
            topics.escalateTo(0, List.of(gone, sure, damaged, small, unsure, unsent));
            topics.awaitAllRead();

            assertThat(verdict(topics, small).hasFinal()).isTrue();
            assertThat(verdict(topics, sure).getFinal().getLabel()).isEqualTo("a");
            assertThat(verdict(topics, unsure).hasParked()).isTrue();
            assertThat(verdict(topics, gone).getRejected().getReason())
                    .contains("no object")
                    .contains("replay");
            assertThat(verdict(topics, damaged).getRejected().getReason()).contains("digest");
            assertThat(topics.committed("dead-letters"))
                    .map(letter -> ByteString.copyFrom(letter.value()))
                    .containsExactlyInAnyOrder(gone.toByteString(), damaged.toByteString());

            // Too large for a record on its way out too; the small one's own tensors are.
            assertThat(labeled(topics, sure).getClaimCheck()).isEqualTo(sure.getClaimCheck());
            assertThat(labeled(topics, sure).getTensorsList()).isEmpty();
            assertThat(labeled(topics, unsent).getClaimCheck()).isEqualTo(unsent.getClaimCheck());
            assertThat(labeled(topics, small).getTensorsList())
                    .isEqualTo(small.getTensors().getTensorsList());

            // A person may take longer than objects are kept.
            Tensors parked = parked(unsure).getTensors();
            assertThat(parked.getFetchedFrom()).isEqualTo(unsure.getClaimCheck());
            assertThat(parked.toBuilder().clearFetchedFrom().build().toByteArray())
                    .isEqualTo(Files.readAllBytes(object(unsure)));
            topics.escalate(reported(unsure, "b", 0).build());
            topics.awaitAllRead();
            assertThat(labeled(topics, unsure).getClaimCheck()).isEqualTo(unsure.getClaimCheck());
            assertThat(cloud.metric("tiergate_dead_letters_total{reason=\"claim-check\"}"))
                    .isEqualTo(2);
        }
    }

    @Test
    void waitsForAStoreThatIsAwayAndLosesNothing() throws Exception {
        try (CloudProcess cloud = cloud(Map.of());
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> samples = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                samples.add(claimed(large(Input.SURE_A, MEBIBYTE + i)));
                samples.add(sample(tenant, Input.SURE_B).build());
            }
            Path unmounted = folder.resolve("unmounted");
            Files.move(store, unmounted);
            topics.escalateAll(samples);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> cloud.log()
                    .contains("The claim-check store (folder " + store + ") cannot be reached"));
            assertThat(cloud.get("/q/health/ready").statusCode()).isEqualTo(200);
            Files.move(unmounted, store);
            topics.awaitAllRead();

            assertThat(topics.committed("verdicts")).hasSize(40).allMatch(record -> Topics.verdict(record)
                    .hasFinal());
            assertThat(topics.committed("dead-letters")).isEmpty();
            assertThat(cloud.log()).contains("works again");
        }
    }

    @Test
    void fetchesMoreBytesThanItsMemoryHoldsAndNoneThatAreTooMany() throws Exception {
        try (CloudProcess cloud = cloud(Map.of());
                Topics topics = servers.topics(tenant)) {
            EscalatedSample tooLarge = claimed(large(Input.SURE_A, 33 * MEBIBYTE));
            // A few bytes each in Kafka, so that they are read together.
            List<EscalatedSample> samples = IntStream.range(0, 64)
                    .mapToObj(i -> claimed(large(Input.SURE_A, 12 * MEBIBYTE + i % 4)))
                    .toList();
            topics.escalate(tooLarge);
            topics.escalateAll(samples);
            topics.awaitAllRead();

            assertThat(verdict(topics, tooLarge).getRejected().getReason()).contains("tiergate.claim-check.max-bytes");
            assertThat(topics.committed("retraining")).hasSize(64);
            assertThat(cloud.log()).doesNotContain("OutOfMemory").doesNotContain("ERROR");
        }
    }

    @Test
    void withoutAStoreRejectsAndSaysWhatToDo() throws Exception {
        try (CloudProcess cloud = cloud(Map.of("tiergate.claim-check.folder", ""));
                Topics topics = servers.topics(tenant)) {
            EscalatedSample sample = claimed(large(Input.SURE_A, MEBIBYTE));
            topics.escalate(sample);
            topics.awaitAllRead();
            assertThat(verdict(topics, sample).getRejected().getReason())
                    .contains("this cloud has no store. Set tiergate.claim-check.folder");
            assertThat(topics.deadLettersOf(sample)).hasSize(1);
            assertThat(cloud.log()).doesNotContain("ERROR");
        }
    }

    @Test
    void removesWhatNobodyHasUsedForTwiceAsLongAsRecordsAreKept() throws Exception {
        EscalatedSample old = claimed(large(Input.SURE_A, MEBIBYTE));
        EscalatedSample young = claimed(large(Input.SURE_A, MEBIBYTE + 1));
        Files.setLastModifiedTime(
                object(old),
                FileTime.from(Instant.now().minus(Duration.ofDays(14)).minusSeconds(60)));
        Files.setLastModifiedTime(object(young), FileTime.from(Instant.now().minus(Duration.ofDays(13))));
        try (CloudProcess cloud = cloud(Map.of())) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> cloud.log()
                    .contains("Payloads expired in the claim-check store: objects=1"));
            assertThat(object(old)).doesNotExist();
            assertThat(object(young)).exists();
        }
    }

    private CloudProcess cloud(Map<String, String> changes) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of("tiergate.claim-check.folder", store.toString()));
        settings.putAll(changes);
        return servers.cloud(Path.of("target", "it", "claim-check"), tenant, settings)
                .awaitReady();
    }

    /** The same sample with its tensors in the store, as an edge leaves them there. */
    private EscalatedSample claimed(EscalatedSample sample) {
        byte[] payload = sample.getTensors().toByteArray();
        Claim claim = Claim.of(tenant, payload);
        try {
            Path object = store.resolve(claim.key());
            Files.createDirectories(object.getParent());
            Files.write(object, payload);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return sample.toBuilder().setClaimCheck(claim.toMessage()).build();
    }

    private Path object(EscalatedSample sample) {
        return store.resolve(sample.getClaimCheck().getUri());
    }

    /** With bytes in a field of a later release: the ensemble, whose inputs are small, does not see them. */
    private EscalatedSample large(Input input, int bytes) {
        EscalatedSample.Builder sample = sample(tenant, input);
        UnknownFieldSet more = UnknownFieldSet.newBuilder()
                .addField(
                        1000,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFrom(new byte[bytes]))
                                .build())
                .build();
        sample.getTensorsBuilder().getTensorsBuilder(0).setUnknownFields(more);
        return sample.build();
    }

    private static Verdict verdict(Topics topics, EscalatedSample sample) {
        return Topics.verdict(topics.committed("verdicts").stream()
                .filter(record -> Topics.verdict(record).getEscalationId().equals(sample.getEscalationId()))
                .findFirst()
                .orElseThrow());
    }

    private static LabeledSample labeled(Topics topics, EscalatedSample sample) {
        return topics.committed("retraining").stream()
                .map(record -> Topics.labeledSample(record.value()))
                .filter(labeled -> labeled.getEscalationId().equals(sample.getEscalationId()))
                .findFirst()
                .orElseThrow();
    }

    private EscalatedSample parked(EscalatedSample sample) throws Exception {
        try (Connection connection = servers.database().connect();
                PreparedStatement query = connection.prepareStatement(
                        "select sample from parked_sample where tenant = ? and escalation_id = ?")) {
            query.setString(1, tenant);
            query.setObject(2, UUID.fromString(sample.getEscalationId()));
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return EscalatedSample.parseFrom(rows.getBytes(1));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
