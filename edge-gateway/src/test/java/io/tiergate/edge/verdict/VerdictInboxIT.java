package io.tiergate.edge.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.edge.escalation.AskingAgain;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.NewEscalation;
import io.tiergate.edge.escalation.OutboxConfig;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.escalation.RelayConfig;
import io.tiergate.edge.link.Channels;
import io.tiergate.edge.link.KafkaLink;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The inbox and the relay on a real broker, with the test in the cloud's place. */
@QuarkusTest
@QuarkusTestResource(
        value = EdgeFixture.class,
        initArgs = @ResourceArg(name = "model-control", value = "none"),
        restrictToAnnotatedClass = true)
class VerdictInboxIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedKafkaBroker broker;
    private static String server;
    private static Admin admin;
    private static KafkaProducer<String, byte[]> producer;

    @Inject
    @Connector(KafkaConnector.CONNECTOR_NAME)
    KafkaConnector connector;

    @Inject
    OutboxConfig outbox;

    @Inject
    RelayConfig relayConfig;

    // A @TempDir is not set in the instance that Quarkus makes of a test.
    private Path folder;

    private final String escalations = "escalations-" + UUID.randomUUID();
    private final String verdicts = "verdicts-" + UUID.randomUUID();
    private final Map<AskingAgain.Reason, Integer> asked = new ConcurrentHashMap<>();
    private final Map<InboxCounter.Ignored, Integer> ignored = new ConcurrentHashMap<>();
    private final AtomicInteger overruns = new AtomicInteger();
    private final List<AppliedVerdict> applied = new CopyOnWriteArrayList<>();
    private Ledger ledger;
    private Relay relay;
    private KafkaLink link;

    @BeforeAll
    static void startBroker() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        broker = new EmbeddedKafkaBroker().withKafkaPort(port).start();
        server = "localhost:" + port;
        Map<String, Object> settings = Map.of("bootstrap.servers", server);
        admin = Admin.create(settings);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        admin.close();
        broker.close();
    }

    @BeforeEach
    void open() throws Exception {
        admin.createTopics(List.of(new NewTopic(escalations, 1, (short) 1), new NewTopic(verdicts, 2, (short) 1)))
                .all()
                .get();
        folder = Files.createTempDirectory("tiergate-inbox-test");
        ledger = Ledger.open(folder, outbox);
        relay = new Relay(ledger, "test", relayConfig);
        link = new KafkaLink(connector, server, "test-" + UUID.randomUUID());
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        ledger.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void whatRetentionTookBeforeItWasReadIsAskedAboutAgain() throws Exception {
        relay.start(link, escalations, 16);
        String sent = promise(0);
        String parked = promise(0);
        String decided = promise(0);
        String elsewhere = promise(1);
        awaitSent(4);
        // Read up to here, and then away for long.
        take(park(parked), 1);
        take(decide(decided), 2);
        for (int i = 0; i < 5; i++) {
            publish(decide(sent).toByteArray());
        }
        delete(5);

        start();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(attempts())
                .containsOnly(
                        Map.entry(sent, 2), Map.entry(parked, 2), Map.entry(decided, 1), Map.entry(elsewhere, 1)));
        assertThat(overruns).hasValue(1);
        assertThat(asked).containsExactly(Map.entry(AskingAgain.Reason.RETENTION_OVERRUN, 2));
        publish(decide(parked).toByteArray());
        await().atMost(PATIENCE).until(() -> state(parked) == EscalationState.VERDICT);
        assertThat(ledger.nextOffset(verdicts, 0).await().indefinitely()).hasValue(6);
        assertThat(overruns).hasValue(1);
        assertBalance();
    }

    @Test
    void withoutAnOffsetWhatMayHaveBeenDeletedIsAskedAboutAgain() throws Exception {
        relay.start(link, escalations, 16);
        String sent = promise(0);
        awaitSent(1);
        for (int i = 0; i < 3; i++) {
            publish(decide(UUID.randomUUID().toString()).toByteArray());
        }
        delete(2);

        start();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(attempts()).containsOnly(Map.entry(sent, 2)));
        assertThat(overruns).hasValue(1);
        publish(decide(sent).toByteArray());
        await().atMost(PATIENCE).until(() -> state(sent) == EscalationState.VERDICT);
        assertBalance();
    }

    @Test
    void aNewGatewayBeginsWhereItsTopicBegins() throws Exception {
        for (int i = 0; i < 3; i++) {
            publish(decide(UUID.randomUUID().toString()).toByteArray());
        }
        delete(2);
        start();
        await().atMost(PATIENCE)
                .until(() ->
                        ledger.nextOffset(verdicts, 0).await().indefinitely().equals(OptionalLong.of(3)));
        assertThat(overruns).hasValue(0);
    }

    @Test
    void aTopicThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
        relay.start(link, escalations, 16);
        String sent = promise(0);
        awaitSent(1);
        take(decide(UUID.randomUUID().toString()), 1_000);
        publish(decide(sent).toByteArray());

        start();

        await().atMost(PATIENCE).until(() -> state(sent) == EscalationState.VERDICT);
        assertThat(overruns).hasValue(1);
        assertThat(ledger.nextOffset(verdicts, 0).await().indefinitely()).hasValue(1);
        assertBalance();
    }

    @Test
    void whatHappensToAReaderThatRunsIsNotPassedOverEither() throws Exception {
        for (int i = 0; i < 5; i++) {
            publish(new byte[] {1});
        }
        delete(3);
        Set<Thread> before = consumers();
        AssertSubscriber<ConsumerRecords<String, byte[]>> reader =
                link.receive(verdicts, 0, 1).subscribe().withSubscriber(AssertSubscriber.create(10));
        assertThat(reader.awaitFailure(PATIENCE).getFailure()).isInstanceOf(OffsetOutOfRangeException.class);
        assertThat(link.extent(verdicts, 0).await().atMost(PATIENCE)).isEqualTo(new Channels.Extent(3, 5));
        // One that fails is opened anew, again and again perhaps: nothing may be left of it.
        await().atMost(PATIENCE).until(() -> before.containsAll(consumers()));
    }

    private static Set<Thread> consumers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("smallrye-kafka-consumer"))
                .collect(Collectors.toSet());
    }

    @Test
    void whatIsNoNewsIsIgnoredAndCounted() throws Exception {
        relay.start(link, escalations, 16);
        String id = promise(0);
        awaitSent(1);
        start();
        publish(decide(id).toByteArray());
        publish(decide(id).toByteArray());
        publish(new byte[] {1, 2, 3});
        publish(decide(UUID.randomUUID().toString()).toByteArray());
        publish(decide(UUID.randomUUID().toString()).toBuilder()
                .setSite("other-site")
                .build()
                .toByteArray());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(ignored)
                .containsOnly(
                        Map.entry(InboxCounter.Ignored.NOTHING_NEW, 1),
                        Map.entry(InboxCounter.Ignored.UNDECODABLE, 1),
                        Map.entry(InboxCounter.Ignored.UNKNOWN, 1),
                        Map.entry(InboxCounter.Ignored.FOREIGN, 1)));
        assertThat(applied).hasSize(1);
        assertThat(overruns).hasValue(0);
    }

    private void start() {
        AskingAgain asking = new AskingAgain(
                ledger, relay, relayConfig, (reason, count) -> asked.merge(reason, count, Integer::sum));
        InboxCounter counter = new InboxCounter() {
            @Override
            public void ignored(Ignored reason, int count) {
                ignored.merge(reason, count, Integer::sum);
            }

            @Override
            public void overrun() {
                overruns.incrementAndGet();
            }
        };
        new VerdictInbox(
                        ledger,
                        verdicts,
                        "test-site",
                        new VerdictNews(new VerdictWaiters(), applied::add),
                        asking,
                        counter)
                .start(link, 0);
    }

    private String promise(int partition) {
        EscalatedSample.Builder sample = EscalatedSample.newBuilder()
                .setEscalationId(UUID.randomUUID().toString())
                .setPurpose(Purpose.PURPOSE_ESCALATED)
                .setReplyPartition(partition)
                .setReason("below-threshold");
        sample.getModelBuilder().setName("tiny-edge").setVersion(1);
        ledger.promise(List.of(new NewEscalation(sample.build()))).await().indefinitely();
        return sample.getEscalationId();
    }

    private void awaitSent(int count) {
        await().atMost(PATIENCE).until(() -> ledger.counts().in(EscalationState.SENT) == count);
    }

    private void take(Verdict verdict, long nextOffset) {
        ledger.take(List.of(verdict), verdicts, 0, nextOffset).await().indefinitely();
    }

    private void publish(byte[] verdict) throws Exception {
        producer.send(new ProducerRecord<>(verdicts, 0, "test-site", verdict)).get();
    }

    private void delete(long before) throws Exception {
        admin.deleteRecords(Map.of(new TopicPartition(verdicts, 0), RecordsToDelete.beforeOffset(before)))
                .all()
                .get();
    }

    private static Verdict park(String id) {
        return verdict(id)
                .setParked(Verdict.Parked.newBuilder().setReason("unsure"))
                .build();
    }

    private static Verdict decide(String id) {
        return verdict(id)
                .setFinal(Verdict.Final.newBuilder().setLabel("b").setRank(10))
                .build();
    }

    private static Verdict.Builder verdict(String id) {
        return Verdict.newBuilder().setEscalationId(id).setSite("test-site");
    }

    /** The highest attempt of each escalation that the broker has. */
    private Map<String, Integer> attempts() throws Exception {
        Map<String, Integer> attempts = new ConcurrentHashMap<>();
        List<EscalatedSample> samples = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", server), new StringDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(escalations, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    samples.add(EscalatedSample.parseFrom(record.value()));
                }
            }
        }
        samples.forEach(sample -> attempts.merge(sample.getEscalationId(), sample.getAttempt(), Math::max));
        return attempts;
    }

    private EscalationState state(String id) {
        return ledger.find(id).await().indefinitely().orElseThrow().state();
    }

    private void assertBalance() {
        assertThat(ledger.counts().byState().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(ledger.counts().promised());
    }
}
