package io.tiergate.cloud.review.queue;

import io.quarkus.runtime.Quarkus;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.cloud.FatalException;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import io.tiergate.cloud.publication.DecisionProducer;
import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.cloud.telemetry.CloudMetrics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Takes people's verdicts to their edges and, with the samples, to the retraining queue: claimed in the database, published in one Kafka
 * transaction, then marked. If the process ends between the last two they are published again, which changes nothing for whoever reads
 * them by id, rank and revision. Outages are waited out.
 */
@ApplicationScoped
public class DecisionPublisher {
    private static final Logger LOG = Logger.getLogger(DecisionPublisher.class);

    private final DecisionOutbox outbox;
    private final DecisionProducer producer;
    private final RecordFactory factory;
    private final ReviewConfig config;
    private final CloudMetrics metrics;
    private final Outage outage = new Outage("The database");

    /** How many calls to publish came since the last look; above zero while somebody publishes. */
    private final AtomicInteger calls = new AtomicInteger();

    private volatile boolean running;
    private Cancellable ticking = () -> {};

    @Inject
    DecisionPublisher(
            DecisionOutbox outbox,
            DecisionProducer producer,
            RecordFactory factory,
            ReviewConfig config,
            CloudMetrics metrics) {
        this.outbox = outbox;
        this.producer = producer;
        this.factory = factory;
        this.config = config;
        this.metrics = metrics;
    }

    /** Begins in the background, once the database's tables and Kafka's topics are there. */
    public void start() {
        running = true;
        ticking = Multi.createFrom()
                .ticks()
                .every(config.publishEvery())
                .onOverflow()
                .drop()
                .subscribe()
                .with(tick -> publish(), failure -> LOG.error("Looking for verdicts to publish ended", failure));
    }

    /** Stops at once; what is under way is published after the next start. */
    public void stop() {
        running = false;
        ticking.cancel();
        producer.stop();
    }

    /** A verdict will be due when the time for an undo is over. */
    void decided() {
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .onExecutor(Infrastructure.getDefaultWorkerPool())
                // The database's clock has just read the time that this delay begins with.
                .by(config.undoWindow().plusMillis(1))
                .subscribe()
                .with(due -> publish(), failure -> LOG.error("Publishing a verdict in time failed", failure));
    }

    /** Publishes what is due, unless that is being done: then it is done once more. */
    private void publish() {
        if (running && calls.getAndIncrement() == 0) {
            rounds(1);
        }
    }

    private void rounds(int answered) {
        publishAllDue().subscribe().with(done -> goOn(answered), this::giveUp);
    }

    private void goOn(int answered) {
        if (calls.addAndGet(-answered) > 0 && running) {
            rounds(calls.get());
        }
    }

    private Uni<Void> publishAllDue() {
        return Patience.until(outbox::claim, outage)
                .emitOn(Infrastructure.getDefaultExecutor())
                .chain(due -> due.isEmpty() || !running
                        ? Uni.createFrom().voidItem()
                        : producer.publish(records(due))
                                .chain(() -> Patience.until(() -> outbox.published(due), outage))
                                .invoke(() -> count(due))
                                .chain(this::publishAllDue));
    }

    private List<ProducerRecord<byte[], byte[]>> records(List<DecisionOutbox.Due> due) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (DecisionOutbox.Due one : due) {
            records.add(factory.personsVerdict(one.replyPartition(), one.verdict(), one.traceParent()));
            one.sample()
                    .ifPresent(sample -> records.add(factory.labeledSample(sample, one.verdict(), one.traceParent())));
        }
        return records;
    }

    private void count(List<DecisionOutbox.Due> due) {
        for (DecisionOutbox.Due one : due) {
            one.sample()
                    .ifPresent(sample -> metrics.verdict(
                            "human",
                            one.verdict()
                                    .getFinal()
                                    .getLabel()
                                    .equals(sample.getPrediction().getLabel())));
        }
    }

    private void giveUp(Throwable failure) {
        if (!running) {
            return;
        }
        if (failure instanceof FatalException) {
            LOG.error(failure.getMessage());
        } else {
            LOG.error("Publishing people's verdicts ended; the process ends, so that a new one goes on", failure);
        }
        Quarkus.asyncExit(1);
    }
}
