package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.labelled;
import static io.tiergate.cloud.testing.Samples.reported;
import static io.tiergate.cloud.testing.Samples.sample;
import static io.tiergate.cloud.testing.Topics.header;
import static io.tiergate.cloud.testing.Topics.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.CloudStack;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.VerdictSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One service, one broker, one database; every test looks only at the ids it made itself, and leaves no sample to wait for a person. */
class ReportedLabelIT {
    private static final String TENANT = "labels";

    @TempDir
    static Path folder;

    private static CloudStack stack;
    private static DatabaseServer database;
    private static CloudProcess cloud;
    private static Topics topics;

    @BeforeAll
    static void startAll() throws Exception {
        stack = CloudStack.start("reported-label", TENANT, folder);
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
    void comesBesideTheEnsemblesLabelAndIsNotAnswered() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        topics.escalate(sample);
        topics.awaitAllRead();
        double before = counted("application", "true");
        ProducerRecord<byte[], byte[]> report = new ProducerRecord<>(
                topics.name("escalations"),
                sample.getEscalationId().getBytes(UTF_8),
                // Of an edge that has gone meanwhile, on a partition that is not there.
                reported(sample, "b", 0).setReplyPartition(99).build().toByteArray());
        report.headers().add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".getBytes(UTF_8));
        topics.send(report);
        topics.awaitAllRead();

        assertThat(topics.verdictsOn(sample)).singleElement().satisfies(answer -> assertThat(
                        verdict(answer).getFinal().getLabel())
                .isEqualTo("a"));
        List<ConsumerRecord<byte[], byte[]>> records = retrainingRecordsOf(sample);
        assertThat(records)
                .extracting(record -> header(record, "ce_id"))
                .containsExactly(sample.getEscalationId(), sample.getEscalationId() + "/application/0");
        assertThat(header(records.get(1), "traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c");
        LabeledSample kept = Topics.labeledSample(records.get(1).value());
        assertThat(kept.getLabel()).isEqualTo("b");
        assertThat(kept.getLabelIndex()).isEqualTo(1);
        assertThat(kept.getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_APPLICATION);
        assertThat(kept.getRank()).isEqualTo(20);
        assertThat(kept.getTensorsList()).isEmpty();
        // The edge said b as well.
        assertThat(counted("application", "true")).isEqualTo(before + 1);
    }

    @Test
    void ofAParkedSampleTakesItsTensorsAlongAndThePersonsWorkAway() throws Exception {
        EscalatedSample labelled = sample(TENANT, Input.UNSURE).build();
        EscalatedSample other = sample(TENANT, Input.UNSURE).build();
        topics.escalateAll(List.of(labelled, other));
        awaitWaiting(2);
        topics.escalate(reported(labelled, "c", 0).build());
        awaitWaiting(1);
        topics.escalate(reported(other, "a", 0).build());
        awaitWaiting(0);

        assertThat(labelsOf(labelled)).singleElement().satisfies(kept -> {
            assertThat(kept.getLabel()).isEqualTo("c");
            assertThat(kept.getTensorsList()).isEqualTo(labelled.getTensors().getTensorsList());
        });
        assertThat(topics.verdictsOn(labelled)).hasSize(1);
    }

    @Test
    void ofASampleThatIsParkedInTheSameBatchTakesItsTensorsAlong() {
        EscalatedSample sample = sample(TENANT, Input.UNSURE).build();
        topics.escalateTo(1, List.of(sample, reported(sample, "c", 0).build()));
        topics.awaitAllRead();

        assertThat(labelsOf(sample)).singleElement().satisfies(kept -> assertThat(kept.getTensorsList())
                .isEqualTo(sample.getTensors().getTensorsList()));
    }

    @Test
    void keepsASampleThatIsParkedLaterFromWaiting() throws Exception {
        EscalatedSample labelled = sample(TENANT, Input.UNSURE).build();
        EscalatedSample other = sample(TENANT, Input.UNSURE).build();
        topics.escalate(reported(labelled, "c", 0).build());
        topics.awaitAllRead();
        topics.escalateTo(2, List.of(labelled, other));
        topics.awaitAllRead();
        assertThat(verdict(topics.verdictsOn(labelled).get(0)).hasParked()).isTrue();
        awaitWaiting(1);
        topics.escalate(reported(other, "a", 0).build());
        awaitWaiting(0);
    }

    @Test
    void bringsASampleThatTheCloudHasNeverSeenIntoTheQueueWithItsTensors() {
        // The ensemble would say a.
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        topics.escalate(labelled(sample, "c", 0).build());
        topics.awaitAllRead();

        assertThat(labelsOf(sample)).singleElement().satisfies(kept -> {
            assertThat(kept.getLabel()).isEqualTo("c");
            assertThat(kept.getTensorsList()).isEqualTo(sample.getTensors().getTensorsList());
        });
        assertThat(topics.verdictsOn(sample)).isEmpty();
    }

    @Test
    void isKeptOnceHoweverOftenItComes() {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        EscalatedSample report = labelled(sample, "c", 0).build();
        topics.escalateTo(3, List.of(report, report));
        topics.awaitAllRead();
        topics.escalateTo(3, List.of(report));
        topics.awaitAllRead();

        assertThat(labelsOf(sample)).hasSize(1);
        assertThat(topics.deadLettersOf(report)).isEmpty();
    }

    @Test
    void isReplacedByAHigherRevisionAndByNoLower() {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        topics.escalate(labelled(sample, "c", 1).build());
        topics.awaitAllRead();
        topics.escalate(reported(sample, "a", 0).build());
        topics.awaitAllRead();
        topics.escalateTo(
                4,
                List.of(
                        reported(sample, "a", 2).build(),
                        reported(sample, "b", 3).build()));
        topics.awaitAllRead();

        List<LabeledSample> labels = labelsOf(sample);
        // Whether revision 2 is read together with 3, and so passed over, is up to Kafka.
        assertThat(labels)
                .extracting(LabeledSample::getRevision)
                .startsWith(1)
                .endsWith(3)
                .doesNotContain(0);
        assertThat(labels).last().satisfies(kept -> assertThat(kept.getLabel()).isEqualTo("b"));
    }

    @Test
    void keepsTheTensorsThatOnlyAnOvertakenRevisionBrought() {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        // Sent as one, so that they are read together.
        topics.escalateAll(List.of(
                labelled(sample, "b", 0).build(), reported(sample, "c", 1).build()));
        topics.awaitAllRead();

        assertOneBringsTheTensorsAndTheLatestTheLabel(sample);
    }

    @Test
    void keepsTheTensorsOfARevisionThatComesAfterAHigherOne() {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        topics.escalate(reported(sample, "c", 1).build());
        topics.awaitAllRead();
        topics.escalateTo(3, List.of(labelled(sample, "b", 0).build()));
        topics.awaitAllRead();
        topics.escalateTo(3, List.of(labelled(sample, "b", 0).build()));
        topics.awaitAllRead();

        assertThat(labelsOf(sample))
                .hasSize(2)
                .filteredOn(kept -> kept.getTensorsCount() > 0)
                .singleElement()
                .satisfies(kept -> assertThat(kept.getRevision()).isZero());
    }

    @Test
    void thatTheEnsembleDoesNotKnowLiesInTheDeadLettersAndItsMatesGoOn() {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        EscalatedSample mate = sample(TENANT, Input.SURE_A).build();
        EscalatedSample report = labelled(sample, "zebra", 0).build();
        topics.escalateTo(0, List.of(report, labelled(mate, "b", 0).build()));
        topics.awaitAllRead();

        assertThat(topics.deadLettersOf(report))
                .singleElement()
                .satisfies(
                        letter -> assertThat(header(letter, "reason"))
                                .isEqualTo(
                                        "reported_label.label: 'zebra' (expected: one of [a, b, c], the labels of ensemble 'tiny-ensemble')"));
        assertThat(topics.verdictsOn(sample)).isEmpty();
        assertThat(labelsOf(sample)).isEmpty();
        assertThat(labelsOf(mate)).hasSize(1);
    }

    @Test
    void thatTheDatabaseRefusesLiesInTheDeadLettersAndItsMatesGoOn() {
        EscalatedSample culprit = sample(TENANT, Input.SURE_A).build();
        EscalatedSample mate = sample(TENANT, Input.SURE_A).build();
        EscalatedSample report = labelled(culprit, "a", 0).build();
        try (DatabaseServer.Constraint refusal =
                database.constrain("reported_label", "escalation_id <> '%s'".formatted(culprit.getEscalationId()))) {
            topics.escalateTo(0, List.of(report, labelled(mate, "b", 0).build()));
            topics.awaitAllRead();
        }

        assertThat(topics.deadLettersOf(report)).singleElement().satisfies(letter -> assertThat(
                        header(letter, "reason"))
                .startsWith("the database does not take this reported label: ")
                .contains("23514"));
        assertThat(topics.verdictsOn(culprit)).isEmpty();
        assertThat(labelsOf(culprit)).isEmpty();
        assertThat(labelsOf(mate)).hasSize(1);
    }

    @Test
    void isPublishedWhereItWasStoredBeforeACrashButNotCommittedToKafka() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        EscalatedSample report = labelled(sample, "c", 1).build();
        long offset = nextOffset(5);
        // The row as the crashed run left it.
        insertRow(report, new Origin(5, offset), new Origin(5, offset));
        assertThat(topics.escalateTo(5, List.of(report, report)).get(0).offset())
                .isEqualTo(offset);
        topics.awaitAllRead();

        assertThat(labelsOf(sample)).singleElement().satisfies(kept -> assertThat(kept.getLabel())
                .isEqualTo("c"));
    }

    @Test
    void isPublishedWithItsTensorsAfterACrashThoughItWasOvertakenBeforeIt() throws Exception {
        EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
        EscalatedSample overtaken = labelled(sample, "b", 0).build();
        EscalatedSample latest = reported(sample, "c", 1).build();
        long offset = nextOffset(5);
        // The row as the crashed run left it, which had read both together.
        insertRow(latest, new Origin(5, offset + 1), new Origin(5, offset));
        // Read one by one this time.
        assertThat(topics.escalateTo(5, List.of(overtaken)).get(0).offset()).isEqualTo(offset);
        topics.awaitAllRead();
        assertThat(topics.escalateTo(5, List.of(latest)).get(0).offset()).isEqualTo(offset + 1);
        topics.awaitAllRead();

        assertOneBringsTheTensorsAndTheLatestTheLabel(sample);
    }

    /** Of revision 0, which came whole, and of revision 1, which did not. */
    private static void assertOneBringsTheTensorsAndTheLatestTheLabel(EscalatedSample sample) {
        List<LabeledSample> labels = labelsOf(sample);
        assertThat(labels).extracting(LabeledSample::getRevision).containsExactly(0, 1);
        assertThat(labels.get(0).getTensorsList()).isEqualTo(sample.getTensors().getTensorsList());
        assertThat(labels.get(1).getTensorsList()).isEmpty();
        assertThat(labels.get(1).getLabel()).isEqualTo("c");
    }

    /** Of the next record in a partition; everything before it is read. */
    private static long nextOffset(int partition) {
        long last = topics.escalateTo(
                        partition, List.of(sample(TENANT, Input.SURE_A).build()))
                .get(0)
                .offset();
        topics.awaitAllRead();
        return last + 1;
    }

    private static List<ConsumerRecord<byte[], byte[]>> retrainingRecordsOf(EscalatedSample sample) {
        return topics.committed("retraining").stream()
                .filter(record ->
                        Topics.labeledSample(record.value()).getEscalationId().equals(sample.getEscalationId()))
                .toList();
    }

    private static List<LabeledSample> labelsOf(EscalatedSample sample) {
        return retrainingRecordsOf(sample).stream()
                .map(record -> Topics.labeledSample(record.value()))
                .filter(kept -> kept.getSource() == VerdictSource.VERDICT_SOURCE_APPLICATION)
                .toList();
    }

    private static void awaitWaiting(int samples) {
        topics.awaitAllRead();
        Awaitility.await("samples that wait for a person")
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(cloud.metric("tiergate_review_pending")).isEqualTo(samples));
    }

    private static double counted(String source, String agrees) throws Exception {
        double count = cloud.metric("tiergate_verdicts_total{agrees=\"%s\",source=\"%s\"}".formatted(agrees, source));
        return Double.isNaN(count) ? 0 : count;
    }

    private static void insertRow(EscalatedSample report, Origin origin, Origin whole) throws Exception {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into reported_label (tenant, escalation_id, revision, origin_partition, origin_offset,"
                                + " whole_partition, whole_offset, report) values (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, TENANT);
            insert.setObject(2, UUID.fromString(report.getEscalationId()));
            insert.setInt(3, report.getReportedLabel().getRevision());
            insert.setInt(4, origin.partition());
            insert.setLong(5, origin.offset());
            insert.setInt(6, whole.partition());
            insert.setLong(7, whole.offset());
            insert.setBytes(8, report.getReportedLabel().toByteArray());
            insert.executeUpdate();
        }
    }
}
