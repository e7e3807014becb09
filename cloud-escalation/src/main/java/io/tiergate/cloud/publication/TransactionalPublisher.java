package io.tiergate.cloud.publication;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import io.tiergate.cloud.FatalException;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.jboss.logging.Logger;

/**
 * Publishes batches, each in a Kafka transaction of its own, waiting for the broker as long as it takes.
 *
 * <p>SmallRye's own {@code KafkaTransactions} is not used: it reports a failed commit as success, and the next commit would then
 * skip the batch.
 */
@ApplicationScoped
public class TransactionalPublisher {
    private static final Logger LOG = Logger.getLogger(TransactionalPublisher.class);
    private static final String CONSUMER = "escalations";
    private static final String PRODUCER = "verdicts";

    private final KafkaClientService clients;
    private final Emitter<byte[]> channel;
    private final Outage outage = new Outage("Kafka");

    /**
     * @param channel never emitted to: it makes SmallRye set up the channel's producer
     */
    @Inject
    TransactionalPublisher(KafkaClientService clients, @Channel(PRODUCER) Emitter<byte[]> channel) {
        this.clients = clients;
        this.channel = channel;
    }

    /**
     * Makes the producer known to the brokers, which ends whatever transaction its predecessor left open. Call it once, when
     * brokers answer.
     *
     * @return fails with {@link FatalException} if they do not: the half-made producer would put out its successor
     */
    public Uni<Void> open() {
        if (channel.isCancelled()) {
            throw new IllegalStateException("channel '" + PRODUCER + "' is closed");
        }
        return producer()
                .runOnSendingThread((Producer<byte[], byte[]> ready) -> true)
                .onFailure()
                .transform(failure -> new FatalException(
                        "Kafka did not register this producer: " + failure
                                + ". The process ends, so that a new one tries again.",
                        failure))
                .replaceWithVoid();
    }

    /**
     * Publishes a batch.
     *
     * @return whether it was committed; false if its partitions went to another replica or are read again
     */
    public Uni<Boolean> publish(Publication publication) {
        return Patience.until(() -> attempt(publication), outage);
    }

    private Uni<Boolean> attempt(Publication publication) {
        KafkaConsumer<byte[], byte[]> consumer = clients.getConsumer(CONSUMER);
        return consumer.consumerGroupMetadata()
                .chain(group -> group.generationId() == publication.generation()
                        ? transact(publication, group)
                        : dropped("generation " + publication.generation() + " became " + group.generationId()))
                .onFailure(LostPartitionsException.class)
                .recoverWithUni(failure -> dropped(failure.getMessage()))
                .onFailure(OversizedRecordsException.class)
                .recoverWithUni(failure -> publishWithout(publication, failure));
    }

    private Uni<Boolean> transact(Publication publication, ConsumerGroupMetadata group) {
        // Blocks the sending thread until the brokers have taken the whole transaction.
        return producer().runOnSendingThread(producer -> {
            new Transaction(producer, outage::failed).run(publication, group);
            return true;
        });
    }

    private Uni<Boolean> publishWithout(Publication publication, OversizedRecordsException failure) {
        failure.records()
                .forEach(record -> LOG.errorf(
                        "Record was left out, it is larger than its topic's max.message.bytes or than a request may be: topic=%s keyBytes=%d valueBytes=%d",
                        record.topic(), length(record.key()), length(record.value())));
        return publish(publication.without(failure.records()));
    }

    private static Uni<Boolean> dropped(String why) {
        LOG.infof("Batch dropped after a rebalance, it is read again: cause=%s", why);
        return Uni.createFrom().item(false);
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return clients.getProducer(PRODUCER);
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
