package io.tiergate.cloud.publication;

import io.tiergate.cloud.FatalException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** One Kafka transaction on a transactional producer, from its beginning to its commit or abort. Blocks. */
final class Transaction {
    private final Producer<byte[], byte[]> producer;
    private final Consumer<Throwable> delayed;
    private final Queue<ProducerRecord<byte[], byte[]>> oversized = new ConcurrentLinkedQueue<>();

    /**
     * @param delayed told of every wait that came to its end without an answer of the brokers
     */
    Transaction(Producer<byte[], byte[]> producer, Consumer<Throwable> delayed) {
        this.producer = producer;
        this.delayed = delayed;
    }

    /**
     * Writes a publication.
     *
     * @param group as of the batch's generation: the broker refuses the offsets of an older one
     * @throws LostPartitionsException if the group has moved on; nothing was written
     * @throws OversizedRecordsException if some records are too large; nothing was written
     * @throws FatalException if the producer is of no use any more, or another process took this one's place in the group
     * @throws KafkaException after any other failure; nothing was written, and the same publication may be tried again
     */
    void run(Publication publication, ConsumerGroupMetadata group) {
        run(publication.records(), () -> producer.sendOffsetsToTransaction(publication.offsets(), group));
    }

    /**
     * Writes records that no consumer's offset belongs to.
     *
     * @throws OversizedRecordsException if some records are too large; nothing was written
     * @throws FatalException if the producer is of no use any more
     * @throws KafkaException after any other failure; nothing was written, and the same records may be tried again
     */
    void run(List<ProducerRecord<byte[], byte[]>> records) {
        run(records, () -> {});
    }

    private void run(List<ProducerRecord<byte[], byte[]>> records, Runnable sendOffsets) {
        try {
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                // Failures come back from the commit, which waits for every send.
                Future<RecordMetadata> unused = producer.send(record, (metadata, failure) -> {
                    if (failure instanceof RecordTooLargeException) {
                        oversized.add(record);
                    }
                });
            }
            sendOffsets.run();
            commit();
        } catch (KafkaException | IllegalStateException failure) {
            abortAfter(failure);
            throw explained(failure);
        }
    }

    /** A commit that timed out may have happened: only the commit itself may be asked for again, never an abort. */
    private void commit() {
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                delayed.accept(e);
                requireRunning();
            }
        }
    }

    /** What can be aborted can be tried again; what cannot be aborted needs a new producer. */
    private void abortAfter(RuntimeException failure) {
        while (true) {
            try {
                producer.abortTransaction();
                return;
            } catch (TimeoutException e) {
                delayed.accept(e);
                requireRunning();
            } catch (KafkaException | IllegalStateException e) {
                failure.addSuppressed(e);
                throw new FatalException(
                        "Kafka does not accept this producer any more: " + failure
                                + ". The process ends, so that a new one takes over. If it happens again and again, see whether another replica has the same tiergate.instance, and whether this one may write.",
                        failure);
            }
        }
    }

    private static void requireRunning() {
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted while Kafka was away");
        }
    }

    private RuntimeException explained(RuntimeException failure) {
        if (!oversized.isEmpty()) {
            return new OversizedRecordsException(List.copyOf(oversized), failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CommitFailedException) {
                return new LostPartitionsException("the consumer group has moved on: " + cause.getMessage(), failure);
            }
            if (cause instanceof FencedInstanceIdException) {
                return new FatalException(
                        "Another process reads under this one's name, so this one ends. Give every replica a tiergate.instance of its own.",
                        failure);
            }
        }
        return failure;
    }
}
