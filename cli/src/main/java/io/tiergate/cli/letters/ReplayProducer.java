package io.tiergate.cli.letters;

import io.tiergate.cli.CommandFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts letters back and marks them, both or neither. Of several processes that do so for one tenant only the latest can: it puts out
 * the others.
 */
final class ReplayProducer implements AutoCloseable {
    private static final int MEBIBYTE = 1024 * 1024;

    private final KafkaAddress kafka;
    private final KafkaProducer<byte[], byte[]> producer;

    /** @throws CommandFailure if no broker answers */
    ReplayProducer(KafkaAddress kafka, String tenant) {
        this.kafka = kafka;
        this.producer = kafka.call(() -> new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.servers(),
                        "transactional.id",
                        "tiergate-dead-letters-" + tenant,
                        "acks",
                        "all",
                        // As the edges send: some records fit into their topic only so.
                        "compression.type",
                        "zstd",
                        "max.request.size",
                        32 * MEBIBYTE,
                        "buffer.memory",
                        64L * MEBIBYTE,
                        "max.block.ms",
                        30_000),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
        kafka.call(() -> {
            producer.initTransactions();
            return true;
        });
    }

    /**
     * Puts letters back, in one transaction.
     *
     * @return those that their topic does not take for their size; all others were put back
     * @throws CommandFailure if none was
     */
    List<DeadLetter> putBack(List<DeadLetter> letters) {
        List<DeadLetter> left = new ArrayList<>(letters);
        List<DeadLetter> tooLarge = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<DeadLetter> refused = attempt(left);
            if (refused.isEmpty()) {
                break;
            }
            left.removeAll(refused);
            tooLarge.addAll(refused);
        }
        return tooLarge;
    }

    /** Returns what is too large; if there is anything, nothing was put back. */
    private Set<DeadLetter> attempt(List<DeadLetter> letters) {
        Set<DeadLetter> tooLarge = ConcurrentHashMap.newKeySet();
        try {
            producer.beginTransaction();
            for (DeadLetter letter : letters) {
                // Failures come back from the commit, which waits for every send.
                Future<RecordMetadata> unused = producer.send(letter.toReplay(), (metadata, failure) -> {
                    if (failure instanceof RecordTooLargeException) {
                        tooLarge.add(letter);
                    }
                });
                Future<RecordMetadata> unusedToo = producer.send(letter.toMark());
            }
            commit();
            return Set.of();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new CommandFailure(
                    "another replay of this tenant's dead letters has begun and this one ends. Run it again once that is done; what was put back is not put back twice",
                    e);
        } catch (KafkaException e) {
            return kafka.call(() -> afterAbort(tooLarge, e));
        }
    }

    /** One that is not answered may have happened: it can be asked for again, but not taken back. */
    private void commit() {
        try {
            producer.commitTransaction();
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    "Kafka does not answer at %s; the last letters may have been put back or not. Run this again once it does: what was put back is not put back twice"
                            .formatted(kafka.servers()),
                    e);
        }
    }

    private Set<DeadLetter> afterAbort(Set<DeadLetter> tooLarge, KafkaException failure) {
        producer.abortTransaction();
        if (tooLarge.isEmpty()) {
            throw failure;
        }
        return Set.copyOf(tooLarge);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(1));
    }
}
