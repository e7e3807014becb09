package io.tiergate.sim;

import io.tiergate.sim.Conditions.Trouble;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;

/** One replica's transactional producer: all of a transaction comes into the logs at its commit, or nothing ever does. */
final class SimulatedProducer {
    /** More in a row would only be more of the same: each costs the production code a wait. */
    private static final int MOST_TIMEOUTS = 2;

    private final String member;
    private final VirtualTime.Owner process;
    private final Conditions conditions;
    private final SimulatedKafka kafka;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private Map<TopicPartition, OffsetAndMetadata> offsets = Map.of();
    private boolean committed;
    private int timeouts;
    private boolean fenced;

    SimulatedProducer(String member, VirtualTime.Owner process, Conditions conditions, SimulatedKafka kafka) {
        this.member = member;
        this.process = process;
        this.conditions = conditions;
        this.kafka = kafka;
    }

    /** The broker takes it for one that has been replaced. */
    void fence() {
        fenced = true;
    }

    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> client() {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    requireAlive();
                    return switch (method.getName()) {
                        case "beginTransaction" -> begin();
                        case "send" -> send((ProducerRecord<byte[], byte[]>) arguments[0]);
                        case "sendOffsetsToTransaction" ->
                            sendOffsets((Map<TopicPartition, OffsetAndMetadata>) arguments[0], (ConsumerGroupMetadata)
                                    arguments[1]);
                        case "commitTransaction" -> commit();
                        case "abortTransaction" -> abort();
                        default -> throw new UnsupportedOperationException(method + " is not simulated");
                    };
                });
    }

    private void requireAlive() {
        if (process.isDead()) {
            throw new Killed();
        }
        if (fenced) {
            throw new ProducerFencedException("another producer has taken its place");
        }
    }

    /** Unwinds the code of a process that has been killed; nothing that it does any more has an effect. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Void begin() {
        records.clear();
        offsets = Map.of();
        committed = false;
        timeouts = 0;
        return null;
    }

    private CompletableFuture<Object> send(ProducerRecord<byte[], byte[]> record) {
        records.add(record);
        return new CompletableFuture<>();
    }

    private Void sendOffsets(Map<TopicPartition, OffsetAndMetadata> given, ConsumerGroupMetadata group) {
        if (conditions.holds(Trouble.BROKER_REFUSES)) {
            throw new TimeoutException("the group's coordinator does not answer");
        }
        if (!kafka.accepts(member, group.generationId())) {
            throw new CommitFailedException("generation " + group.generationId() + " is over");
        }
        offsets = given;
        return null;
    }

    private Void commit() {
        if (conditions.strikes(Trouble.CLOUD_DIES_BEFORE_COMMITS, 0.3)) {
            process.kill();
            throw new Killed();
        }
        boolean unanswered = timeouts < MOST_TIMEOUTS && conditions.strikes(Trouble.COMMITS_TIME_OUT, 0.5);
        // What is not answered may have happened, or not.
        if (!committed && !(unanswered && timeouts == 0)) {
            committed = true;
            write();
        }
        if (conditions.strikes(Trouble.CLOUD_DIES_AFTER_COMMITS, 0.3)) {
            process.kill();
            throw new Killed();
        }
        if (unanswered) {
            timeouts++;
            throw new TimeoutException("the commit was not answered");
        }
        return null;
    }

    private void write() {
        records.forEach(record -> kafka.append(
                SimulatedKafka.Writer.CLOUD,
                record.topic(),
                record.partition(),
                record.key(),
                record.value(),
                record.headers()));
        markEnds();
        offsets.forEach((partition, next) -> kafka.commit(partition.partition(), next.offset()));
    }

    private Void abort() {
        markEnds();
        return null;
    }

    private void markEnds() {
        records.stream()
                .filter(record -> record.partition() != null)
                .collect(Collectors.groupingBy(
                        ProducerRecord::topic,
                        java.util.TreeMap::new,
                        Collectors.mapping(ProducerRecord::partition, Collectors.toCollection(java.util.TreeSet::new))))
                .forEach((topic, partitions) -> partitions.forEach(partition -> kafka.mark(topic, partition)));
        records.clear();
    }
}
