package io.tiergate.cloud.intake;

import io.tiergate.cloud.publication.Publication;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.review.Outcome;
import io.tiergate.cloud.review.StoredAnswer;
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

/**
 * What a batch publishes, built from the rows rather than from what was just computed, and what is counted once that is
 * committed.
 */
final class BatchOutcome {
    private final RecordFactory factory;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<Consumer<CloudMetrics>> counts = new ArrayList<>();

    private BatchOutcome(RecordFactory factory) {
        this.factory = factory;
    }

    /**
     * @param rows one an id of the findings
     */
    static BatchOutcome of(
            List<Reading> readings, Findings findings, Map<UUID, StoredAnswer> rows, RecordFactory factory) {
        BatchOutcome outcome = new BatchOutcome(factory);
        for (Reading reading : readings) {
            if (reading instanceof Reading.Unanswerable unanswerable) {
                outcome.bury(reading, unanswerable.refusal());
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
     * @param copies of one question, the latest attempt first
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
                    reply(copy, row);
                }
                if (place.equals(row.first())) {
                    keep(copy, row);
                }
            }
        }
    }

    private void reply(Finding finding, StoredAnswer row) {
        EscalatedSample sample = finding.reading().sample();
        Verdict verdict =
                row.verdict().toBuilder().setAttempt(finding.attempt()).build();
        records.add(factory.verdict(finding.reading().origin(), sample, verdict));
        String outcome = Outcome.of(verdict).name().toLowerCase(Locale.ROOT);
        counts.add(metrics -> metrics.escalations(outcome, 1));
    }

    /** What is kept of a sample beside its verdict, once and with the record that was answered first. */
    private void keep(Finding finding, StoredAnswer row) {
        Reading.Addressed reading = finding.reading();
        Verdict verdict = row.verdict();
        switch (Outcome.of(verdict)) {
            case FINAL -> {
                records.add(factory.labeledSample(reading.origin(), reading.sample(), verdict));
                boolean agrees = verdict.getFinal()
                        .getLabel()
                        .equals(reading.sample().getPrediction().getLabel());
                counts.add(metrics -> metrics.verdict(agrees));
            }
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

    private void ignore(Finding copy, StoredAnswer row) {
        counts.add(metrics -> metrics.escalations("duplicate", 1));
        // A copy that is broken while the question itself was sound is news; a copy of a broken one is not.
        if (Outcome.of(row.verdict()) != Outcome.REJECTED) {
            copy.refusal().ifPresent(refusal -> bury(copy.reading(), refusal));
        }
    }

    private void bury(Reading reading, Refusal refusal) {
        records.add(factory.deadLetter(reading.origin(), refusal.sentence()));
        counts.add(metrics -> metrics.deadLetter(refusal.code().word()));
    }
}
