package io.tiergate.cli.letters;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A tenant's topic of dead letters, read from its beginning to what is its end at that moment; of transactions only those that were
 * committed. However many letters there are, one poll of them is in memory.
 */
public final class LetterTopic implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final int PATIENCE_MS = 10_000;
    private static final String PREFIX = "tiergate.";
    private static final String SUFFIX = ".dead-letters";

    private final KafkaAddress kafka;
    private final String tenant;
    private final Terminal progress;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, List<PartitionInfo>> topics;

    private LetterTopic(
            KafkaAddress kafka,
            String tenant,
            Terminal progress,
            KafkaConsumer<byte[], byte[]> consumer,
            Map<String, List<PartitionInfo>> topics) {
        this.kafka = kafka;
        this.tenant = tenant;
        this.progress = progress;
        this.consumer = consumer;
        this.topics = topics;
    }

    /**
     * Looks for the topic.
     *
     * @param progress shows how far a long reading is
     * @throws CommandFailure if no broker answers, or the tenant has no dead letters' topic there
     */
    public static LetterTopic open(KafkaAddress kafka, String tenant, Terminal progress) {
        KafkaConsumer<byte[], byte[]> consumer = kafka.call(() -> new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.servers(),
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "allow.auto.create.topics",
                        false,
                        "default.api.timeout.ms",
                        PATIENCE_MS,
                        "request.timeout.ms",
                        PATIENCE_MS,
                        // What is read may be large, and is looked at one by one.
                        "max.poll.records",
                        50),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer()));
        try {
            Map<String, List<PartitionInfo>> topics = kafka.call(consumer::listTopics);
            LetterTopic letters = new LetterTopic(kafka, tenant, progress, consumer, topics);
            letters.requireTopic();
            return letters;
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    private void requireTopic() {
        if (!topics.containsKey(name())) {
            String tenants = topics.keySet().stream()
                    .filter(topic -> topic.startsWith(PREFIX) && topic.endsWith(SUFFIX))
                    .map(topic -> topic.substring(PREFIX.length(), topic.length() - SUFFIX.length()))
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new CommandFailure("topic %s is not on %s; --tenant chooses another (there: %s)"
                    .formatted(name(), kafka.servers(), tenants.isEmpty() ? "none, no cloud has run yet" : tenants));
        }
    }

    String name() {
        return PREFIX + tenant + SUFFIX;
    }

    /** Whether letters may be put back on this topic: it is there, and one of the tenant's own. */
    boolean isOrigin(String topic) {
        return topic.startsWith(PREFIX + tenant + ".") && !topic.equals(name()) && topics.containsKey(topic);
    }

    /** The letters that were put back, by what was marked in the same transaction. */
    Set<Place> replayed() {
        Set<Place> replayed = new HashSet<>();
        read("Looking for what was replayed", Map.of(), record -> {
            Headers.text(record, Headers.REPLAYED).flatMap(Place::parse).ifPresent(replayed::add);
            return true;
        });
        return replayed;
    }

    /**
     * Hands over the letters that are meant, one after the other.
     *
     * @param replayed see {@link #replayed}
     * @param handler is told also whether the letter was put back, and says whether to go on
     */
    void forEach(LetterQuery query, Set<Place> replayed, BiPredicate<DeadLetter, Boolean> handler) {
        read("Reading dead letters", starts(query), record -> {
            if (Headers.text(record, Headers.REPLAYED).isPresent()) {
                return true;
            }
            DeadLetter letter = new DeadLetter(record);
            boolean before = replayed.contains(letter.place());
            return !query.matches(letter, before) || handler.test(letter, before);
        });
    }

    /** Where to begin, by partition: those that are missing from their beginning. */
    private Map<TopicPartition, Long> starts(LetterQuery query) {
        Map<TopicPartition, Long> starts = new HashMap<>();
        if (!query.places().isEmpty()) {
            for (TopicPartition partition : partitions()) {
                query.places().stream()
                        .filter(place -> place.partition() == partition.partition())
                        .mapToLong(Place::offset)
                        .min()
                        .ifPresent(first -> starts.put(partition, first));
            }
        } else if (query.since().isPresent()) {
            long from = query.since().get().toEpochMilli();
            Map<TopicPartition, OffsetAndTimestamp> found = kafka.call(() -> consumer.offsetsForTimes(
                    partitions().stream().collect(Collectors.toMap(partition -> partition, partition -> from))));
            found.forEach((partition, first) -> starts.put(partition, first == null ? Long.MAX_VALUE : first.offset()));
        }
        return starts;
    }

    private List<TopicPartition> partitions() {
        return topics.get(name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .sorted(LetterTopic::order)
                .toList();
    }

    private static int order(TopicPartition one, TopicPartition other) {
        return Integer.compare(one.partition(), other.partition());
    }

    /**
     * Reads one partition after the other.
     *
     * @param handler says whether to go on
     */
    private void read(
            String what, Map<TopicPartition, Long> starts, Predicate<ConsumerRecord<byte[], byte[]>> handler) {
        try {
            Map<TopicPartition, Long> firsts = kafka.call(() -> consumer.beginningOffsets(partitions()));
            Map<TopicPartition, Long> ends = kafka.call(() -> consumer.endOffsets(partitions()));
            boolean goesOn = true;
            for (TopicPartition partition : partitions()) {
                long start = Math.max(firsts.get(partition), starts.getOrDefault(partition, 0L));
                goesOn = goesOn && read(what, partition, start, ends.get(partition), handler);
            }
        } finally {
            progress.clearProgress();
        }
    }

    private boolean read(
            String what,
            TopicPartition partition,
            long start,
            long end,
            Predicate<ConsumerRecord<byte[], byte[]>> handler) {
        if (start >= end) {
            return true;
        }
        consumer.assign(List.of(partition));
        consumer.seek(partition, start);
        long position = start;
        long heardNanos = System.nanoTime();
        while (position < end) {
            for (ConsumerRecord<byte[], byte[]> record : kafka.call(() -> consumer.poll(POLL))) {
                if (record.offset() < end && !handler.test(record)) {
                    return false;
                }
            }
            long reached = kafka.call(() -> consumer.position(partition));
            if (reached > position) {
                heardNanos = System.nanoTime();
            } else if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                throw new CommandFailure(
                        "%s could not be read on from %s: the broker at %s gave nothing for %d s. See whether it is up, then run this again"
                                .formatted(
                                        name(),
                                        new Place(partition.partition(), reached),
                                        kafka.servers(),
                                        SILENCE.toSeconds()));
            }
            position = reached;
            progress.progress("%s: %,d of %,d in partition %d"
                    .formatted(what, position - start, end - start, partition.partition()));
        }
        return true;
    }

    @Override
    public void close() {
        try {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        } catch (KafkaException e) {
            // Nothing was asked of the group, and the command is over.
        }
    }
}
