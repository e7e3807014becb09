package io.tiergate.cloud.intake;

import io.quarkus.runtime.Quarkus;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.cloud.FatalException;
import io.tiergate.cloud.publication.TransactionalPublisher;
import io.tiergate.cloud.review.ReviewQueueGauge;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Reads the escalations, batch after batch. It begins once it is told to, and once the brokers answer: until then no Kafka
 * client exists that could fail.
 */
@ApplicationScoped
public class EscalationIntake {
    private static final Logger LOG = Logger.getLogger(EscalationIntake.class);

    /** While one is stored and committed the next is judged: neither the ensemble nor the database and the broker wait for the other. */
    private static final int BATCHES_UNDER_WAY = 2;

    private final Multi<Message<List<byte[]>>> escalations;
    private final Broker broker;
    private final TransactionalPublisher publisher;
    private final BatchProcessor processor;
    private final ReviewQueueGauge reviewQueue;
    private final ClaimExpiry claims;
    private volatile Cancellable running = () -> {};

    @Inject
    EscalationIntake(
            @Channel("escalations") Multi<Message<List<byte[]>>> escalations,
            Broker broker,
            TransactionalPublisher publisher,
            BatchProcessor processor,
            ReviewQueueGauge reviewQueue,
            ClaimExpiry claims) {
        this.escalations = escalations;
        this.broker = broker;
        this.publisher = publisher;
        this.processor = processor;
        this.reviewQueue = reviewQueue;
        this.claims = claims;
    }

    /** Begins in the background. Ends the process if reading cannot go on. */
    public void start() {
        reviewQueue.start();
        claims.start();
        running = broker.awaitTopics()
                .chain(publisher::open)
                .onItem()
                .transformToMulti(opened -> escalations)
                .onItem()
                .transformToUni(this::process)
                .merge(BATCHES_UNDER_WAY)
                .subscribe()
                .with(done -> LOG.debug("Batch done"), this::giveUp, this::ended);
    }

    /** Stops at once; what is under way is read again after the next start. */
    public void stop() {
        running.cancel();
        reviewQueue.stop();
        claims.stop();
    }

    private Uni<Void> process(Message<List<byte[]>> message) {
        return processor.process(EscalationBatch.of(message)).chain(() -> Uni.createFrom()
                .completionStage(message.ack()));
    }

    private void giveUp(Throwable failure) {
        if (failure instanceof FatalException) {
            LOG.error(failure.getMessage());
        } else {
            LOG.error("Reading escalations ended; the process ends, so that a new one goes on", failure);
        }
        Quarkus.asyncExit(1);
    }

    private void ended() {
        LOG.error("The escalations channel was closed; the process ends, so that a new one goes on");
        Quarkus.asyncExit(1);
    }
}
