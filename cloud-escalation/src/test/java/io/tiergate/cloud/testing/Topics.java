package io.tiergate.cloud.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.LabeledSample;
import io.tiergate.proto.v1.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** One tenant's topics as an edge and a bookkeeper see them: what was committed, and no more. */
public final class Topics implements AutoCloseable {
    private final String servers;
    private final String tenant;
    private final KafkaProducer<byte[], byte[]> producer;

    public Topics(String servers, String tenant) {
        this.servers = servers;
        this.tenant = tenant;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "compression.type",
                        "zstd",
                        "linger.ms",
                        5,
                        "max.request.size",
                        32 * 1024 * 1024,
                        "buffer.memory",
                        64 * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    public String name(String topic) {
        return "tiergate." + tenant + "." + topic;
    }

    /** A topic's own settings. */
    public Map<String, String> settings(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name(topic));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                    .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        }
    }

    /** Waits until the service has made the topics. */
    public Topics await() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            Awaitility.await("topics of " + tenant)
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> admin.listTopics()
                            .names()
                            .get()
                            .containsAll(List.of(
                                    name("escalations"), name("verdicts"), name("retraining"), name("dead-letters"))));
        }
        return this;
    }

    public RecordMetadata escalate(EscalatedSample sample) {
        return send(new ProducerRecord<>(
                name("escalations"), sample.getEscalationId().getBytes(UTF_8), sample.toByteArray()));
    }

    /** Puts samples into one partition, so that they come in this order. */
    public List<RecordMetadata> escalateTo(int partition, List<EscalatedSample> samples) {
        return samples.stream()
                .map(sample -> send(new ProducerRecord<>(
                        name("escalations"),
                        partition,
                        sample.getEscalationId().getBytes(UTF_8),
                        sample.toByteArray())))
                .toList();
    }

    public RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        return await(producer.send(record));
    }

    private static RecordMetadata await(Future<RecordMetadata> sent) {
        try {
            return sent.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends many at once and waits until the broker has them all. */
    public void escalateAll(List<EscalatedSample> samples) {
        List<Future<RecordMetadata>> sent = samples.stream()
                .map(sample -> producer.send(new ProducerRecord<>(
                        name("escalations"), sample.getEscalationId().getBytes(UTF_8), sample.toByteArray())))
                .toList();
        sent.forEach(Topics::await);
    }

    /** The committed verdicts on a sample, in their order. */
    public List<ConsumerRecord<byte[], byte[]>> verdictsOn(EscalatedSample sample) {
        return committed("verdicts").stream()
                .filter(record -> verdict(record).getEscalationId().equals(sample.getEscalationId()))
                .toList();
    }

    /** The committed dead letters that hold this very record. */
    public List<ConsumerRecord<byte[], byte[]>> deadLettersOf(EscalatedSample sample) {
        return committed("dead-letters").stream()
                .filter(record -> record.value() != null
                        && ByteString.copyFrom(record.value()).equals(sample.toByteString()))
                .toList();
    }

    public static Verdict verdict(ConsumerRecord<byte[], byte[]> record) {
        return parsed(Verdict.parser(), record.value());
    }

    public static LabeledSample labeledSample(byte[] value) {
        return parsed(LabeledSample.parser(), value);
    }

    private static <T> T parsed(Parser<T> parser, byte[] value) {
        try {
            return parser.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** Everything that is committed in a topic right now. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name(topic)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    /** How many records a topic has had, all partitions together. */
    public long end(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer
                    .endOffsets(consumer.partitionsFor(name(topic)).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList())
                    .values()
                    .stream()
                    .mapToLong(offset -> offset)
                    .sum();
        }
    }

    /** Waits until the service has committed its offsets up to the end of the escalations. */
    public void awaitAllRead() {
        String group = "tiergate-cloud-" + tenant;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", servers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name("escalations")).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Awaitility.await("all escalations of " + tenant + " are read")
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptions()
                    .until(() -> {
                        var done = admin.listConsumerGroupOffsets(group)
                                .partitionsToOffsetAndMetadata()
                                .get();
                        return ends.entrySet().stream()
                                .allMatch(end -> end.getValue() == 0
                                        || (done.get(end.getKey()) != null
                                                && done.get(end.getKey()).offset() >= end.getValue()));
                    });
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
