package io.tiergate.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A broker: logs of committed records, and one consumer group with its generations and offsets. What it has taken it keeps, unless its
 * retention runs over it. A transaction comes into the logs as a whole, at its commit, and leaves a marker behind it in each.
 */
public final class SimulatedKafka {
    /** Who wrote a record. */
    public enum Writer {
        EDGE,
        CLOUD,
        PERSON,
        STRANGER
    }

    /** A record, or the marker of a transaction where there is none. */
    record Entry(Writer writer, Optional<ProducerRecord<byte[], byte[]>> record) {
        boolean marker() {
            return record.isEmpty();
        }

        byte[] key() {
            return record.orElseThrow().key();
        }

        byte[] value() {
            return record.orElseThrow().value();
        }

        Headers headers() {
            return record.orElseThrow().headers();
        }
    }

    /** One partition's log. */
    static final class Log {
        private final String topic;
        private final int partition;
        private final List<Entry> entries = new ArrayList<>();
        private final List<Runnable> listeners = new ArrayList<>();
        private long start;

        private Log(String topic, int partition) {
            this.topic = topic;
            this.partition = partition;
        }

        long start() {
            return start;
        }

        long end() {
            return entries.size();
        }

        /** All that was ever in it, by offset. */
        List<Entry> entries() {
            return entries;
        }

        /** Retention runs over everything before an offset. */
        void deleteBefore(long offset) {
            start = Math.max(start, offset);
        }

        void onAppend(Runnable listener) {
            listeners.add(listener);
        }

        private void append(Entry entry) {
            entries.add(entry);
            List.copyOf(listeners).forEach(Runnable::run);
        }

        ConsumerRecord<byte[], byte[]> record(long offset) {
            Entry entry = entries.get((int) offset);
            return new ConsumerRecord<>(
                    topic,
                    partition,
                    offset,
                    0,
                    TimestampType.LOG_APPEND_TIME,
                    -1,
                    -1,
                    entry.key(),
                    entry.value(),
                    new RecordHeaders(entry.headers()),
                    Optional.empty());
        }
    }

    private final Map<String, List<Log>> topics = new TreeMap<>();
    private final Map<Integer, Long> committed = new HashMap<>();
    private final List<String> members = new ArrayList<>();
    private int generation;
    private final int escalationPartitions;
    private int appended;

    SimulatedKafka(int escalationPartitions, int verdictPartitions) {
        this.escalationPartitions = escalationPartitions;
        create("escalations", escalationPartitions);
        create("verdicts", verdictPartitions);
        create("retraining", 1);
        create("dead-letters", 1);
    }

    private void create(String name, int partitions) {
        List<Log> logs = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            logs.add(new Log(Names.topic(name), i));
        }
        topics.put(Names.topic(name), logs);
    }

    List<Log> logs(String topic) {
        return topics.get(topic);
    }

    Log log(String topic, int partition) {
        return topics.get(topic).get(partition);
    }

    public void append(Writer writer, String topic, Integer partition, byte[] key, byte[] value, Headers headers) {
        List<Log> logs = topics.get(topic);
        int chosen = partition != null ? partition : Math.floorMod(Arrays.hashCode(key), logs.size());
        appended++;
        logs.get(chosen)
                .append(new Entry(writer, Optional.of(new ProducerRecord<>(topic, chosen, key, value, headers))));
    }

    /** The end of a transaction, whether it was committed or not. */
    public void mark(String topic, int partition) {
        log(topic, partition).append(new Entry(Writer.CLOUD, Optional.empty()));
    }

    int appended() {
        return appended;
    }

    int generation() {
        return generation;
    }

    /** The group's members meet anew: what they read is shared out among them, in a new generation. */
    void rebalance() {
        generation++;
    }

    void join(String member) {
        if (!members.contains(member)) {
            members.add(member);
            rebalance();
        }
    }

    void leave(String member) {
        if (members.remove(member)) {
            rebalance();
        }
    }

    boolean isMember(String member) {
        return members.contains(member);
    }

    /** What a member reads in this generation. */
    List<Integer> assignment(String member) {
        List<Integer> mine = new ArrayList<>();
        for (int partition = 0; partition < escalationPartitions; partition++) {
            if (!members.isEmpty()
                    && members.get((partition + generation) % members.size()).equals(member)) {
                mine.add(partition);
            }
        }
        return mine;
    }

    /** Where the group goes on in a partition. */
    long committed(int partition) {
        return committed.getOrDefault(partition, 0L);
    }

    public boolean accepts(String member, int ofGeneration) {
        return isMember(member) && ofGeneration == generation;
    }

    public void commit(int partition, long nextOffset) {
        committed.put(partition, nextOffset);
    }
}
