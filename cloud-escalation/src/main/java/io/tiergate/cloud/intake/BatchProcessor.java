package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.publication.TransactionalPublisher;
import io.tiergate.cloud.review.ReportStore;
import io.tiergate.cloud.telemetry.CloudMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.function.Function;

/** Takes one batch from its records to its committed answers. */
@ApplicationScoped
class BatchProcessor {
    /** Of the records in one statement and one transaction: answering makes several copies of them. */
    private static final int PORTION_BYTES = 32 * 1024 * 1024;

    private final Broker broker;
    private final SampleReader reader;
    private final Adjudicator adjudicator;
    private final FindingStore answers;
    private final ReportStore reports;
    private final RecordFactory factory;
    private final TransactionalPublisher publisher;
    private final CloudMetrics metrics;

    @Inject
    BatchProcessor(
            Broker broker,
            SampleReader reader,
            Adjudicator adjudicator,
            FindingStore answers,
            ReportStore reports,
            RecordFactory factory,
            TransactionalPublisher publisher,
            CloudMetrics metrics) {
        this.broker = broker;
        this.reader = reader;
        this.adjudicator = adjudicator;
        this.answers = answers;
        this.reports = reports;
        this.factory = factory;
        this.publisher = publisher;
        this.metrics = metrics;
    }

    /**
     * Answers a batch. Outages are waited out; safe to run twice.
     *
     * @return completes once everything is committed, or the batch is known to be read again
     */
    Uni<Void> process(EscalationBatch batch) {
        return whileCommitted(batch.portions(PORTION_BYTES), this::answer);
    }

    /** Works on one after the other, and on none after one that was not committed: its offsets would skip what was not answered. */
    static <T> Uni<Void> whileCommitted(List<T> portions, Function<T, Uni<Boolean>> work) {
        return Multi.createFrom()
                .iterable(portions)
                .onItem()
                .transformToUniAndConcatenate(work::apply)
                .select()
                .first(committed -> committed)
                .onItem()
                .ignoreAsUni();
    }

    /** Returns whether it was committed; otherwise it is read again. */
    private Uni<Boolean> answer(EscalationBatch portion) {
        return read(portion)
                .chain(readings -> adjudicator
                        .findings(readings)
                        .map(Findings::of)
                        .chain(answers::store)
                        .chain(stored -> label(readings, stored)))
                .chain(outcome -> publish(portion, outcome));
    }

    /** Comes after the answers: a sample that this batch parks may be labelled in it too. */
    private Uni<BatchOutcome> label(List<Reading> readings, FindingStore.Stored stored) {
        return reports.record(Reports.of(readings).toRows())
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(labels -> BatchOutcome.of(readings, stored.findings(), stored.rows(), labels, factory));
    }

    private Uni<List<Reading>> read(EscalationBatch batch) {
        // Off the event loop: a batch may be megabytes of protobuf.
        return Uni.createFrom()
                .item(() -> readAll(batch, broker.verdictPartitions()))
                .runSubscriptionOn(Infrastructure.getDefaultExecutor())
                .chain(readings -> readings.stream().anyMatch(BatchProcessor::hasWrongPartition)
                        ? broker.refreshVerdictPartitions().map(partitions -> readAll(batch, partitions))
                        : Uni.createFrom().item(readings));
    }

    private List<Reading> readAll(EscalationBatch batch, int verdictPartitions) {
        return batch.records().stream()
                .map(record -> reader.read(record, verdictPartitions))
                .toList();
    }

    private static boolean hasWrongPartition(Reading reading) {
        return reading instanceof Reading.Unanswerable unanswerable
                && unanswerable.refusal().code() == Refusal.Code.REPLY_PARTITION;
    }

    private Uni<Boolean> publish(EscalationBatch batch, BatchOutcome outcome) {
        return publisher.publish(outcome.toPublication(batch)).invoke(committed -> {
            if (committed) {
                outcome.count(metrics);
            }
        });
    }
}
