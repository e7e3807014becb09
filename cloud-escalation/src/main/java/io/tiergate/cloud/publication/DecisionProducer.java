package io.tiergate.cloud.publication;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.FatalException;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import io.tiergate.cloud.ServiceConfig;
import io.tiergate.cloud.ServiceIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Publishes what people decided, in transactions of its own: the intake's producer waits for nobody. Its thread, {@code
 * review-publisher}, is the only one that blocks.
 */
@ApplicationScoped
public class DecisionProducer {
    private static final Logger LOG = Logger.getLogger(DecisionProducer.class);

    private final Map<String, Object> settings;
    private final Outage outage = new Outage("Kafka");
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "review-publisher"));

    /** Made on the thread when it is first needed, and used there alone. */
    private KafkaProducer<byte[], byte[]> producer;

    /**
     * @param verdicts what the intake's producer is told
     */
    @Inject
    DecisionProducer(
            @Identifier("verdicts") Map<String, Object> verdicts, ServiceConfig service, ServiceIdentity identity) {
        settings = new HashMap<>(verdicts);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, service.kafka());
        settings.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "tiergate-review-" + identity.tenant() + "-" + identity.instance());
    }

    /**
     * Writes records in one transaction, waiting for the brokers as long as it takes; one that is too large for its topic is left out.
     *
     * @return continues on a worker thread; fails with {@link FatalException} if another process has this one's name
     */
    public Uni<Void> publish(List<ProducerRecord<byte[], byte[]>> records) {
        return Patience.until(() -> attempt(records), outage);
    }

    private Uni<Void> attempt(List<ProducerRecord<byte[], byte[]>> records) {
        return Uni.createFrom()
                .voidItem()
                .invoke(() -> write(records))
                .runSubscriptionOn(thread)
                .emitOn(Infrastructure.getDefaultExecutor())
                .onFailure(OversizedRecordsException.class)
                .recoverWithUni(failure -> publishWithout(records, failure));
    }

    private Uni<Void> publishWithout(List<ProducerRecord<byte[], byte[]>> records, OversizedRecordsException failure) {
        LOG.errorf(
                "Records were left out, they are larger than their topic's max.message.bytes: records=%d",
                failure.records().size());
        return publish(records.stream()
                .filter(record -> !failure.records().contains(record))
                .toList());
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        if (producer == null) {
            producer = open();
        }
        new Transaction(producer, outage::failed).run(records);
    }

    /** Ends whatever transaction a predecessor left open. A producer that is only half made is no use to anybody. */
    private KafkaProducer<byte[], byte[]> open() {
        KafkaProducer<byte[], byte[]> made = new KafkaProducer<>(settings);
        try {
            made.initTransactions();
            return made;
        } catch (RuntimeException e) {
            made.close(Duration.ZERO);
            throw e;
        }
    }

    /** Ends at once; what was not committed is published after the next start. */
    public void stop() {
        thread.shutdownNow();
    }
}
