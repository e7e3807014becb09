package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.publication.TransactionalPublisher;
import io.tiergate.cloud.review.Origin;
import io.tiergate.cloud.review.ReportStore;
import io.tiergate.cloud.review.StoredReport;
import io.tiergate.cloud.telemetry.CloudMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Takes one batch from its records to its committed answers. */
@ApplicationScoped
class BatchProcessor {
    private static final Logger LOG = Logger.getLogger(BatchProcessor.class);
    /** Of the records in one statement and one transaction: answering makes several copies of them. */
    private static final int PORTION_BYTES = 32 * 1024 * 1024;

    private final Broker broker;
    private final SampleReader reader;
    private final ClaimedPayloads claims;
    private final Adjudicator adjudicator;
    private final FindingStore answers;
    private final ReportStore reports;
    private final RecordFactory factory;
    private final TransactionalPublisher publisher;
    private final CloudMetrics metrics;
    private final CommitOrder order = new CommitOrder();

    @Inject
    BatchProcessor(
            Broker broker,
            SampleReader reader,
            ClaimedPayloads claims,
            Adjudicator adjudicator,
            FindingStore answers,
            ReportStore reports,
            RecordFactory factory,
            TransactionalPublisher publisher,
            CloudMetrics metrics) {
        this.broker = broker;
        this.reader = reader;
        this.claims = claims;
        this.adjudicator = adjudicator;
        this.answers = answers;
        this.reports = reports;
        this.factory = factory;
        this.publisher = publisher;
        this.metrics = metrics;
    }

    /**
     * Answers a batch. Outages are waited out; safe to run twice. Several batches may be under way: they are stored and committed in the
     * order in which this was called for them, in whatever order their judging comes to its end.
     *
     * @return completes once everything is committed, or the batch is known to be read again; to be subscribed to, once
     */
    Uni<Void> process(EscalationBatch batch) {
        CommitOrder.Turn turn = order.take(batch.generation());
        return answerAll(batch.portions(PORTION_BYTES, Map.of()), turn)
                .invoke(turn::done)
                .replaceWithVoid();
    }

    private Uni<Boolean> answerAll(List<EscalationBatch> portions, CommitOrder.Turn turn) {
        return whileCommitted(portions, portion -> answer(portion, turn));
    }

    /**
     * Works on one after the other, and on none after one that was not committed: its offsets would skip what was not answered.
     *
     * @return whether all were committed
     */
    static <T> Uni<Boolean> whileCommitted(List<T> portions, Function<T, Uni<Boolean>> work) {
        return Multi.createFrom()
                .iterable(portions)
                .onItem()
                .transformToUniAndConcatenate(work::apply)
                .select()
                .first(committed -> committed)
                .collect()
                .asList()
                .map(committed -> committed.size() == portions.size());
    }

    /** Returns whether it was committed; otherwise it is read again. */
    private Uni<Boolean> answer(EscalationBatch portion, CommitOrder.Turn turn) {
        return read(portion).chain(readings -> {
            Map<Origin, Long> claimed = ClaimedPayloads.bytes(readings);
            if (claimed.isEmpty()) {
                return answer(portion, readings, turn);
            }
            List<EscalationBatch> parts = portion.portions(PORTION_BYTES, claimed);
            return parts.size() > 1
                    ? answerAll(parts, turn)
                    : claims.fetch(readings).chain(fetched -> answer(portion, fetched, turn));
        });
    }

    private Uni<Boolean> answer(EscalationBatch portion, List<Reading> readings, CommitOrder.Turn turn) {
        return adjudicator.findings(readings).map(Findings::of).chain(findings -> turn.await()
                .chain(mine -> mine
                        ? answers.store(findings).chain(stored -> label(portion, readings, stored, turn))
                        : Uni.createFrom().item(false)));
    }

    /** Comes after the answers: a sample that this batch parks may be labelled in it too. */
    private Uni<Boolean> label(
            EscalationBatch portion, List<Reading> readings, FindingStore.Stored stored, CommitOrder.Turn turn) {
        Reports reported = Reports.of(readings);
        return reports.record(reported.toRows())
                .emitOn(Infrastructure.getDefaultExecutor())
                .chain(labels -> labels.rows().values().stream().anyMatch(StoredReport::lacksSample)
                        ? answerInParts(portion, reported.parkedBytes(labels), turn)
                        : publish(
                                portion, BatchOutcome.of(readings, stored.findings(), stored.rows(), labels, factory)));
    }

    /**
     * Begins anew with less at once, because the reports want more parked samples than memory should hold. How much that is only the
     * database knows, and seldom is it so much that the work done twice counts.
     */
    private Uni<Boolean> answerInParts(EscalationBatch portion, Map<Origin, Long> parkedBytes, CommitOrder.Turn turn) {
        LOG.debugf(
                "The reported labels want too many parked samples at once, the batch is cut: records=%d",
                portion.records().size());
        // No more than the store brings, or a part might be the whole again.
        return answerAll(portion.portions(ReportStore.MOST_SAMPLE_BYTES, parkedBytes), turn);
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
