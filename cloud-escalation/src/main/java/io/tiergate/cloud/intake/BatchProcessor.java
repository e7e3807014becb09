package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.publication.TransactionalPublisher;
import io.tiergate.cloud.review.AnswerStore;
import io.tiergate.cloud.telemetry.CloudMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Takes one batch from its records to its committed answers. */
@ApplicationScoped
class BatchProcessor {
    private final Broker broker;
    private final SampleReader reader;
    private final Adjudicator adjudicator;
    private final AnswerStore store;
    private final RecordFactory factory;
    private final TransactionalPublisher publisher;
    private final CloudMetrics metrics;

    @Inject
    BatchProcessor(
            Broker broker,
            SampleReader reader,
            Adjudicator adjudicator,
            AnswerStore store,
            RecordFactory factory,
            TransactionalPublisher publisher,
            CloudMetrics metrics) {
        this.broker = broker;
        this.reader = reader;
        this.adjudicator = adjudicator;
        this.store = store;
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
        return read(batch)
                .chain(readings -> adjudicator
                        .findings(readings)
                        .map(Findings::of)
                        .chain(findings -> store.record(findings.toAnswers())
                                .emitOn(Infrastructure.getDefaultExecutor())
                                .map(rows -> BatchOutcome.of(readings, findings, rows, factory))))
                .chain(outcome -> publish(batch, outcome));
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

    private Uni<Void> publish(EscalationBatch batch, BatchOutcome outcome) {
        return publisher
                .publish(outcome.toPublication(batch))
                .invoke(committed -> {
                    if (committed) {
                        outcome.count(metrics);
                    }
                })
                .replaceWithVoid();
    }
}
