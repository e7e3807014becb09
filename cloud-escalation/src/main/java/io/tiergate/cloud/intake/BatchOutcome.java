package io.tiergate.cloud.intake;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.cloud.publication.Publication;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.review.Outcome;
import io.tiergate.cloud.review.Recording;
import io.tiergate.cloud.review.StoredAnswer;
import io.tiergate.cloud.review.StoredReport;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * What a batch publishes, built from the rows rather than from what was just computed, and what is counted once that is
 * committed.
 */
final class BatchOutcome {
    private static final Logger LOG = Logger.getLogger(BatchOutcome.class);

    private final RecordFactory factory;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<Consumer<CloudMetrics>> counts = new ArrayList<>();

    private BatchOutcome(RecordFactory factory) {
        this.factory = factory;
    }

    /**
     * @param rows one an id of the findings
     * @param reports one row or refusal an id of the readings' reported labels
     */
    static BatchOutcome of(
            List<Reading> readings,
            Findings findings,
            Map<UUID, StoredAnswer> rows,
            Recording<StoredReport> reports,
            RecordFactory factory) {
        BatchOutcome outcome = new BatchOutcome(factory);
        for (Reading reading : readings) {
            switch (reading) {
                case Reading.Unanswerable unanswerable -> outcome.bury(reading, unanswerable.refusal());
                case Reading.Reported report -> outcome.take(report, reports);
                case Reading.Addressed question -> {
                    // Answered below, with its copies.
                }
            }
        }
        findings.byId().forEach((id, copies) -> outcome.answer(copies, rows.get(id)));
        return outcome;
    }

    Publication toPublication(EscalationBatch batch) {
        return new Publication(records, batch.nextOffsets(), batch.generation());
    }

    void count(CloudMetrics metrics) {
        counts.forEach(count -> count.accept(metrics));
    }

    /**
     * @param copies of one question, in their precedence
     */
    private void answer(List<Finding> copies, StoredAnswer row) {
        Optional<Finding> answered = Optional.empty();
        for (Finding copy : copies) {
            Origin place = copy.reading().place();
            if (!row.isDueFor(place)) {
                ignore(copy, row);
            } else {
                if (answered.isEmpty()) {
                    answered = Optional.of(copy);
                    reply(copy, row, Findings.attemptOf(copies));
                }
                if (place.equals(row.first())) {
                    keep(copy, row);
                }
            }
        }
    }

    private void reply(Finding finding, StoredAnswer row, int attempt) {
        EscalatedSample sample = finding.reading().sample();
        Verdict verdict = row.counting().toBuilder().setAttempt(attempt).build();
        records.add(factory.verdict(finding.reading().origin(), sample, verdict));
        String outcome = Outcome.of(verdict).name().toLowerCase(Locale.ROOT);
        counts.add(metrics -> metrics.escalations(outcome, 1));
    }

    /** What is kept of a sample beside its verdict, once and with the record that was answered first. */
    private void keep(Finding finding, StoredAnswer row) {
        Reading.Addressed reading = finding.reading();
        Verdict verdict = row.verdict();
        switch (Outcome.of(verdict)) {
            case FINAL -> label(reading, reading.sample(), verdict, "ensemble");
            case REJECTED ->
                bury(
                        reading,
                        finding.refusal()
                                .orElseGet(() -> new Refusal(
                                        Refusal.Code.REFUSED_BEFORE,
                                        verdict.getRejected().getReason())));
            case PARKED -> {
                // The database has it.
            }
        }
    }

    /**
     * Of a report that is a copy nothing is left, nor of one that a later one has overtaken, unless it brought the sample: the later
     * one came without, and whoever trains takes the label of the higher revision.
     */
    private void take(Reading.Reported report, Recording<StoredReport> reports) {
        String refusal = reports.refusals().get(report.id());
        if (refusal != null) {
            bury(
                    report,
                    new Refusal(
                            Refusal.Code.NOT_STORABLE, "the database does not take this reported label: " + refusal));
            return;
        }
        StoredReport row = reports.rows().get(report.id());
        if (row.isDueFor(report.place())) {
            Verdict verdict = VerdictFactory.reported(report.sample(), report.ensemble());
            label(report, withTensors(report, row), verdict, "application");
        }
    }

    private static EscalatedSample withTensors(Reading.Reported report, StoredReport row) {
        if (report.bringsSample() || row.parkedSample().isEmpty()) {
            return report.sample();
        }
        try {
            EscalatedSample parked =
                    EscalatedSample.parseFrom(row.parkedSample().get());
            return report.sample().toBuilder().setTensors(parked.getTensors()).build();
        } catch (InvalidProtocolBufferException e) {
            LOG.errorf(
                    "The parked sample cannot be read, its label goes without tensors; it was changed from outside: escalation=%s cause=%s",
                    report.id(), e.getMessage());
            return report.sample();
        }
    }

    private void label(Reading reading, EscalatedSample sample, Verdict verdict, String source) {
        records.add(factory.labeledSample(reading.origin(), sample, verdict));
        boolean agrees =
                verdict.getFinal().getLabel().equals(sample.getPrediction().getLabel());
        counts.add(metrics -> metrics.verdict(source, agrees));
    }

    private void ignore(Finding copy, StoredAnswer row) {
        counts.add(metrics -> metrics.escalations("duplicate", 1));
        // A copy that is broken while the question itself was sound is news; a copy of a broken one is not.
        if (Outcome.of(row.verdict()) != Outcome.REJECTED && !copy.asksWithoutSample()) {
            copy.refusal().ifPresent(refusal -> bury(copy.reading(), refusal));
        }
    }

    private void bury(Reading reading, Refusal refusal) {
        records.add(factory.deadLetter(reading.origin(), refusal.code().word(), refusal.sentence()));
        counts.add(metrics -> metrics.deadLetter(refusal.code().word()));
    }
}
