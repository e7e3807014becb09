package io.tiergate.cloud.intake;

import static io.tiergate.cloud.testing.Samples.REPORTED_AT;
import static io.tiergate.cloud.testing.Samples.labelled;
import static io.tiergate.cloud.testing.Samples.reported;
import static io.tiergate.cloud.testing.Samples.sample;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.NewReport;
import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.review.Recording;
import io.tiergate.cloud.review.StoredReport;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes of reported labels, by what their rows say: records at several offsets of partition 0. */
class ReportedLabelTest {
    private static final String TENANT = "acme";

    @TempDir
    static Path repository;

    private static SampleReader reader;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EscalatedSample sample = sample(TENANT, Input.SURE_A).build();
    private final UUID id = UUID.fromString(sample.getEscalationId());

    @BeforeAll
    static void loadEnsembles() throws Exception {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        Ensembles ensembles = new Ensembles(FixedEnsembleConfig.withBatchLimit(4));
        ensembles.load(TestModels.copyTo("tiny", repository));
        reader = new SampleReader(ensembles, TENANT, 1_000_000, 1_000_000);
    }

    @Test
    void becomesOneRetrainingRecordOfTheApplicationsRank() {
        ProducerRecord<byte[], byte[]> record = only(published(row(10), at(10, labelled(sample, "c", 3))));

        assertThat(record.topic()).isEqualTo("tiergate.acme.retraining");
        assertThat(new String(record.key(), UTF_8)).isEqualTo("0".repeat(64));
        assertThat(header(record, "ce_id")).contains(id + "/application/3");
        assertThat(header(record, "ce_time")).contains("2026-11-21T10:00:00Z");
        LabeledSample kept = labeled(record);
        assertThat(kept.getLabel()).isEqualTo("c");
        assertThat(kept.getLabelIndex()).isEqualTo(2);
        assertThat(kept.getSource()).isEqualTo(VerdictSource.VERDICT_SOURCE_APPLICATION);
        assertThat(kept.getRank()).isEqualTo(20);
        assertThat(kept.getRevision()).isEqualTo(3);
        assertThat(kept.getDecidedAt()).isEqualTo(REPORTED_AT);
        assertThat(kept.getEnsemble().getName()).isEqualTo("tiny-ensemble");
        assertThat(kept.getEnsembleProbabilitiesList()).isEmpty();
        assertThat(kept.hasDisagreement()).isFalse();
        assertThat(kept.getPurpose()).isEqualTo(sample.getPurpose());
        assertThat(kept.getInclusionProbability()).isEqualTo(1);
        assertThat(kept.getModel()).isEqualTo(sample.getModel());
        assertThat(kept.getPrediction()).isEqualTo(sample.getPrediction());
        assertThat(kept.getContentDigest()).isEqualTo(sample.getContentDigest());
        assertThat(kept.getTensorsList()).isEqualTo(sample.getTensors().getTensorsList());
    }

    @Test
    void isWrittenTheSameWayWhenItIsReadAgain() {
        Reading.Reported report = at(10, labelled(sample, "c", 3));
        ProducerRecord<byte[], byte[]> first = only(published(row(10), report));
        ProducerRecord<byte[], byte[]> again = only(published(row(10), report));
        assertThat(again.value()).isEqualTo(first.value());
        assertThat(again.headers()).isEqualTo(first.headers());
    }

    @Test
    void takesTheTensorsOfTheParkedSampleWhereItBringsNone() {
        StoredReport parked = new StoredReport(
                new Origin(0, 10), Optional.empty(), sample.getSerializedSize(), Optional.of(sample.toByteArray()));
        assertThat(labeled(only(published(parked, at(10, reported(sample, "c", 0)))))
                        .getTensorsList())
                .isEqualTo(sample.getTensors().getTensorsList());
        assertThat(labeled(only(published(row(10), at(10, reported(sample, "c", 0)))))
                        .getTensorsList())
                .isEmpty();
    }

    @Test
    void isKeptWithoutTensorsWhereTheParkedSampleWasSpoilt() {
        StoredReport spoilt =
                new StoredReport(new Origin(0, 10), Optional.empty(), 1, Optional.of(new byte[] {(byte) 0xff}));
        assertThat(labeled(only(published(spoilt, at(10, reported(sample, "c", 0)))))
                        .getLabel())
                .isEqualTo("c");
    }

    @Test
    void isPublishedOnlyWithTheRecordThatStandsInTheRow() {
        assertThat(published(row(50), at(10, reported(sample, "c", 0)))).isEmpty();
        List<ProducerRecord<byte[], byte[]>> both =
                published(row(50), at(10, reported(sample, "c", 0)), at(50, reported(sample, "b", 1)));
        assertThat(labeled(only(both)).getLabel()).isEqualTo("b");
    }

    @Test
    void isPublishedThoughItWasOvertakenWhereItBroughtTheTensors() {
        StoredReport row = new StoredReport(new Origin(0, 50), Optional.of(new Origin(0, 10)), 0, Optional.empty());
        List<ProducerRecord<byte[], byte[]>> all = published(
                row,
                at(10, labelled(sample, "b", 0)),
                at(20, labelled(sample, "b", 0)),
                at(50, reported(sample, "c", 1)));
        assertThat(all).extracting(record -> labeled(record).getRevision()).containsExactly(0, 1);
        assertThat(labeled(all.get(0)).getTensorsList())
                .isEqualTo(sample.getTensors().getTensorsList());
        // Read again alone, as after a commit that failed.
        assertThat(labeled(only(published(row, at(10, labelled(sample, "b", 0)))))
                        .getTensorsList())
                .isEqualTo(sample.getTensors().getTensorsList());
    }

    @Test
    void hasNoTimeWhereTheReportHasNoneThatIsValid() {
        for (Timestamp time : List.of(
                Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
                Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build(),
                Timestamp.newBuilder().setNanos(-1).build(),
                Timestamp.newBuilder().setNanos(1_000_000_000).build())) {
            ProducerRecord<byte[], byte[]> record =
                    only(published(row(10), at(10, withReport(report -> report.setReportedAt(time)))));
            assertThat(labeled(record).hasDecidedAt()).isFalse();
            assertThat(header(record, "ce_time")).isEmpty();
        }
        assertThat(labeled(only(published(row(10), at(10, withReport(ReportedLabel.Builder::clearReportedAt)))))
                        .hasDecidedAt())
                .isFalse();
        ProducerRecord<byte[], byte[]> atTheEpoch =
                only(published(row(10), at(10, withReport(r -> r.setReportedAt(Timestamp.getDefaultInstance())))));
        assertThat(labeled(atTheEpoch).hasDecidedAt()).isTrue();
        assertThat(header(atTheEpoch, "ce_time")).contains("1970-01-01T00:00:00Z");
    }

    @Test
    void liesInTheDeadLettersWhereTheDatabaseRefusesIt() {
        BatchOutcome outcome =
                outcome(new Recording<>(Map.of(), Map.of(id, "no room for it")), at(10, reported(sample, "c", 0)));
        ProducerRecord<byte[], byte[]> letter = only(records(outcome));
        assertThat(letter.topic()).isEqualTo("tiergate.acme.dead-letters");
        assertThat(header(letter, "reason")).contains("the database does not take this reported label: no room for it");
        outcome.count(new CloudMetrics(meters));
        assertThat(meters.get("tiergate.dead.letters")
                        .tag("reason", "not-storable")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void isCountedAmongTheVerdictsAndNotAmongTheEscalations() {
        CloudMetrics metrics = new CloudMetrics(meters);
        // The edge said b.
        outcome(rows(row(10)), at(10, reported(sample, "b", 0))).count(metrics);
        outcome(rows(row(20)), at(20, reported(sample, "c", 1)), at(30, reported(sample, "c", 1)))
                .count(metrics);
        for (String agrees : List.of("true", "false")) {
            assertThat(meters.get("tiergate.verdicts")
                            .tags("source", "application", "agrees", agrees)
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(meters.find("tiergate.escalations").counters()).isEmpty();
    }

    @Test
    void theHighestRevisionOfABatchIsStoredAndOfCopiesTheFirst() {
        Reports reports = Reports.of(List.of(
                at(10, reported(sample, "a", 0)),
                at(40, reported(sample, "c", 2)),
                at(20, labelled(sample, "c", 2)),
                at(30, reported(sample, "b", 1))));
        assertThat(reports.toRows()).singleElement().satisfies((NewReport row) -> {
            assertThat(row.id()).isEqualTo(id);
            assertThat(row.origin()).isEqualTo(new Origin(0, 20));
            assertThat(row.report().getRevision()).isEqualTo(2);
            assertThat(row.wantsParkedSample()).isTrue();
        });
    }

    @Test
    void theRecordWithTheTensorsIsNotedWhateverRevisionItBrings() {
        assertThat(whole(at(10, labelled(sample, "b", 0)), at(50, reported(sample, "c", 1))))
                .contains(new Origin(0, 10));
        // One is enough, and the latest spares a record.
        assertThat(whole(at(10, labelled(sample, "b", 0)), at(50, labelled(sample, "c", 1))))
                .contains(new Origin(0, 50));
        assertThat(whole(at(10, reported(sample, "b", 0)))).isEmpty();
    }

    @Test
    void bringsAsMuchMoreAsTheSampleThatItWants() {
        EscalatedSample other = sample(TENANT, Input.SURE_A).build();
        Reports reports = Reports.of(List.of(
                at(10, reported(sample, "b", 0)), at(20, reported(sample, "c", 1)), at(30, reported(other, "a", 0))));
        StoredReport left = new StoredReport(new Origin(0, 20), Optional.empty(), 7, Optional.empty());
        assertThat(left.lacksSample()).isTrue();
        assertThat(row(30).lacksSample()).isFalse();
        assertThat(reports.parkedBytes(
                        new Recording<>(Map.of(id, left, UUID.fromString(other.getEscalationId()), row(30)), Map.of())))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(new Origin(0, 10), 7L, new Origin(0, 20), 7L, new Origin(0, 30), 0L));
    }

    private static Optional<Origin> whole(Reading... readings) {
        return Reports.of(List.of(readings)).toRows().get(0).whole();
    }

    private EscalatedSample.Builder withReport(UnaryOperator<ReportedLabel.Builder> change) {
        EscalatedSample.Builder report = reported(sample, "c", 0);
        return report.setReportedLabel(change.apply(report.getReportedLabelBuilder()));
    }

    private static Reading.Reported at(long offset, EscalatedSample.Builder report) {
        return (Reading.Reported) reader.read(
                new ConsumerRecord<>(
                        "tiergate.acme.escalations",
                        0,
                        offset,
                        new byte[0],
                        report.build().toByteArray()),
                8);
    }

    private static StoredReport row(long offset) {
        return new StoredReport(new Origin(0, offset), Optional.empty(), 0, Optional.empty());
    }

    private Recording<StoredReport> rows(StoredReport row) {
        return new Recording<>(Map.of(id, row), Map.of());
    }

    private List<ProducerRecord<byte[], byte[]>> published(StoredReport row, Reading... readings) {
        return records(outcome(rows(row), readings));
    }

    private static BatchOutcome outcome(Recording<StoredReport> reports, Reading... readings) {
        return BatchOutcome.of(List.of(readings), Findings.of(List.of()), Map.of(), reports, new RecordFactory(TENANT));
    }

    private static List<ProducerRecord<byte[], byte[]>> records(BatchOutcome outcome) {
        return outcome.toPublication(new EscalationBatch(List.of(), 1)).records();
    }

    private static ProducerRecord<byte[], byte[]> only(List<ProducerRecord<byte[], byte[]>> records) {
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    private static LabeledSample labeled(ProducerRecord<byte[], byte[]> record) {
        return Topics.labeledSample(record.value());
    }

    private static Optional<String> header(ProducerRecord<byte[], byte[]> record, String name) {
        return Optional.ofNullable(record.headers().lastHeader(name)).map(header -> new String(header.value(), UTF_8));
    }
}
