package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.reported;
import static io.tiergate.cloud.testing.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Servers;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of megabytes that are a few bytes in Kafka, as pictures of a covered lens are, and the labels reported for them. */
class LargeSampleIT {
    private static final String TENANT = "large";
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int SAMPLES = 64;

    @TempDir
    static Path folder;

    @Test
    void answersAndLabelsMoreBytesThanItsMemoryHoldsAndRejectsTheSampleThatIsTooLarge() throws Exception {
        try (Servers servers = Servers.start(folder, "tiny")) {
            Map<String, String> settings = Map.of("quarkus.log.category.\"io.tiergate.cloud.intake\".level", "DEBUG");
            // Half a gigabyte of heap, as for every test.
            try (CloudProcess cloud = servers.cloud(Path.of("target", "it", "large"), TENANT, settings)
                            .awaitReady();
                    Topics topics = servers.topics(TENANT)) {
                EscalatedSample tooLarge = largeSample(9 * MEBIBYTE);
                topics.escalateTo(0, List.of(tooLarge));
                List<EscalatedSample> samples = IntStream.range(0, SAMPLES)
                        .mapToObj(i -> largeSample(7 * MEBIBYTE))
                        .toList();
                topics.escalateAll(samples);
                topics.awaitAllRead();

                assertThat(topics.committed("verdicts"))
                        .hasSize(SAMPLES + 1)
                        .map(record -> verdict(record.value()))
                        .filteredOn(Verdict::hasRejected)
                        .singleElement()
                        .satisfies(rejected -> {
                            assertThat(rejected.getEscalationId()).isEqualTo(tooLarge.getEscalationId());
                            assertThat(rejected.getRejected().getReason())
                                    .contains("at most 8388608 once decompressed");
                        });
                assertThat(topics.committed("dead-letters"))
                        .singleElement()
                        .satisfies(letter -> assertThat(letter.value()).isEqualTo(tooLarge.toByteArray()));
                assertThat(parkedMebibytes(servers.database())).isEqualTo(SAMPLES * 7);

                // A few bytes each, so that they are read together; each has its sample fetched from the database.
                topics.escalateAll(samples.stream()
                        .map(sample -> reported(sample, "a", 0).build())
                        .toList());
                topics.awaitAllRead();
                assertThat(topics.committed("retraining"))
                        .hasSize(SAMPLES)
                        .allSatisfy(record -> assertThat(record.value()).hasSizeGreaterThan(7 * MEBIBYTE));
                assertThat(cloud.log()).contains("want too many parked samples at once, the batch is cut: records=");
                assertThat(cloud.log()).doesNotContain("OutOfMemory").doesNotContain("ERROR");
            }
        }
    }

    /** One that gets parked, with everything it has. */
    private static EscalatedSample largeSample(int bytes) {
        EscalatedSample.Builder sample = sample(TENANT, Input.UNSURE);
        // In the tensor, as a field of a later release: the ensemble, whose inputs are small, does not see it.
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

    private static Verdict verdict(byte[] value) {
        try {
            return Verdict.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long parkedMebibytes(DatabaseServer database) throws Exception {
        try (Connection connection = database.connect();
                Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery("select sum(octet_length(sample)) from parked_sample")) {
            rows.next();
            return rows.getLong(1) / MEBIBYTE;
        }
    }
}
