package io.tiergate.edge.link;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import io.smallrye.reactive.messaging.kafka.impl.ReactiveKafkaConsumer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Opens channels on one broker. A channel survives the broker's absence; opening one waits until its name resolves. */
public final class KafkaLink implements Channels {
    /** Room for a sample of the gRPC message limit and its envelope; the broker may allow less. */
    private static final int LARGEST_REQUEST_BYTES = 17 * 1024 * 1024;

    private static final int BATCH_BYTES = 256 * 1024;

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final int ADMIN_TIMEOUT_MS = 5_000;

    private final KafkaConnector connector;
    private final String bootstrapServers;
    private final String clientId;

    public KafkaLink(KafkaConnector connector, String bootstrapServers, String clientId) {
        this.connector = connector;
        this.bootstrapServers = bootstrapServers;
        this.clientId = clientId;
    }

    @Override
    public Uni<Extent> extent(String topic, int partition) {
        return resolved().chain(() -> asked(admin -> extent(admin, new TopicPartition(topic, partition))));
    }

    private static Extent extent(Admin admin, TopicPartition partition)
            throws ExecutionException, InterruptedException {
        return new Extent(
                offset(admin, partition, OffsetSpec.earliest()), offset(admin, partition, OffsetSpec.latest()));
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        return admin.listOffsets(Map.of(partition, which))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Override
    public Multi<ConsumerRecords<String, byte[]>> receive(String topic, int partition, long nextOffset) {
        String channel = "verdicts-" + partition;
        Map<String, String> attributes = common(channel, topic);
        attributes.put("batch", "true");
        attributes.put("assign-seek", partition + ":" + nextOffset);
        attributes.put("commit-strategy", "ignore");
        attributes.put("graceful-shutdown", "false");
        attributes.put("group.id", clientId);
        attributes.put("enable.auto.commit", "false");
        // What is to be read next may have been deleted meanwhile: that must not pass in silence.
        attributes.put("auto.offset.reset", "none");
        attributes.put("retry", "false");
        attributes.put("isolation.level", "read_committed");
        attributes.put("allow.auto.create.topics", "false");
        attributes.put("key.deserializer", StringDeserializer.class.getName());
        attributes.put("value.deserializer", ByteArrayDeserializer.class.getName());
        return resolved().onItem().transformToMulti(nothing -> Multi.createFrom()
                .publisher(connector.getPublisher(config(attributes)))
                .map(KafkaLink::records)
                .onFailure()
                .call(() -> closed(channel)));
    }

    /** The connector closes what is cancelled, but a consumer that fails keeps its thread and its connections. */
    private Uni<Void> closed(String channel) {
        return Uni.createFrom()
                .item(() -> connector.<String, byte[]>getConsumers(channel))
                // It waits for the consumer's own thread, which may be this one.
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .invoke(consumers -> consumers.forEach(consumer -> ((ReactiveKafkaConsumer<?, ?>) consumer).close()))
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    @Override
    public void send(String topic, int inFlight, Multi<Message<byte[]>> messages) {
        Map<String, String> attributes = common("escalations", topic);
        attributes.put("max-inflight-messages", String.valueOf(inFlight));
        attributes.put("close-timeout", "2000");
        attributes.put("acks", "all");
        attributes.put("enable.idempotence", "true");
        attributes.put("compression.type", "zstd");
        // Tensors of numbers hardly get smaller at the higher levels, which take several times as long.
        attributes.put("compression.zstd.level", "1");
        // The default's 16 KiB hold two small images. A request, a compressor and an entry in the broker's log for each
        // of these cost more than the images.
        attributes.put("batch.size", String.valueOf(BATCH_BYTES));
        attributes.put("linger.ms", "20");
        attributes.put("max.block.ms", "5000");
        attributes.put("request.timeout.ms", "5000");
        attributes.put("delivery.timeout.ms", "15000");
        attributes.put("max.request.size", String.valueOf(LARGEST_REQUEST_BYTES));
        attributes.put("key.serializer", StringSerializer.class.getName());
        attributes.put("value.serializer", ByteArraySerializer.class.getName());
        resolved()
                .chain(() -> topicExists(topic))
                .map(nothing -> subscriber(connector.getSubscriber(config(attributes))))
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_WAIT, LONGEST_WAIT)
                .indefinitely()
                .subscribe()
                .with(messages::subscribe);
    }

    /**
     * Waits until somebody has made the topic. A broker that makes topics on demand would otherwise give it the broker's defaults,
     * with fewer partitions and less room than the cloud service wants.
     */
    private Uni<Void> topicExists(String topic) {
        return asked(admin -> {
                    admin.describeTopics(List.of(topic)).allTopicNames().get();
                    return Boolean.TRUE;
                })
                .replaceWithVoid();
    }

    private interface Question<T> {
        T of(Admin admin) throws ExecutionException, InterruptedException;
    }

    /** Asks the broker until there is an answer. */
    private <T> Uni<T> asked(Question<T> question) {
        return Uni.createFrom()
                .item(() -> ask(question))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_WAIT, LONGEST_WAIT)
                .indefinitely();
    }

    private <T> T ask(Question<T> question) {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.CLIENT_ID_CONFIG,
                clientId + "-admin",
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                ADMIN_TIMEOUT_MS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                ADMIN_TIMEOUT_MS);
        try (Admin admin = Admin.create(settings)) {
            return question.of(admin);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker does not answer", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the broker", e);
        }
    }

    /** The Kafka clients give up for good on a name that does not resolve, so the name is waited for here. */
    private Uni<Void> resolved() {
        return Uni.createFrom()
                .<Void>item(() -> {
                    requireResolvable();
                    return null;
                })
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .onFailure()
                .retry()
                .withBackOff(SHORTEST_WAIT, LONGEST_WAIT)
                .indefinitely();
    }

    private void requireResolvable() {
        for (String server : bootstrapServers.split(",", -1)) {
            try {
                InetAddress.getByName(server.substring(0, server.lastIndexOf(':')));
                return;
            } catch (UnknownHostException e) {
                // Another server of the list may resolve; if none does, the whole list is tried again later.
            }
        }
        throw new IllegalStateException("no server of " + bootstrapServers + " resolves");
    }

    private Map<String, String> common(String channel, String topic) {
        Map<String, String> attributes = new HashMap<>();
        attributes.put("channel-name", channel);
        attributes.put("connector", KafkaConnector.CONNECTOR_NAME);
        attributes.put("bootstrap.servers", bootstrapServers);
        attributes.put("topic", topic);
        attributes.put("client.id", clientId + "-" + channel);
        attributes.put("health-enabled", "false");
        attributes.put("tracing-enabled", "false");
        attributes.put("cloud-events", "false");
        attributes.put("reconnect.backoff.ms", "100");
        attributes.put("reconnect.backoff.max.ms", "5000");
        return attributes;
    }

    private static Config config(Map<String, String> attributes) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(attributes, "kafka-link", 100))
                .build();
    }

    @SuppressWarnings("unchecked") // The deserializers above decide the types.
    private static ConsumerRecords<String, byte[]> records(Message<?> batch) {
        return (ConsumerRecords<String, byte[]>) batch.getMetadata(IncomingKafkaRecordBatchMetadata.class)
                .orElseThrow()
                .getRecords();
    }

    @SuppressWarnings("unchecked") // The connector takes messages of whatever its serializers take.
    private static Flow.Subscriber<Message<byte[]>> subscriber(Flow.Subscriber<? extends Message<?>> subscriber) {
        return (Flow.Subscriber<Message<byte[]>>) subscriber;
    }
}
