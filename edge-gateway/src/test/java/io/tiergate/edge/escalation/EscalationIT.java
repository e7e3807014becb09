package io.tiergate.edge.escalation;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.edge.api.Recorder;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ServerReadyRequest;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferStreamRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The edge against a real broker, with the test in the cloud's place. The broker is away at first: the order matters. */
@QuarkusTest
@QuarkusTestResource(
        value = EdgeFixture.class,
        initArgs = @ResourceArg(name = "kafka", value = "later"),
        restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EscalationIT {
    private static final String ESCALATIONS = "tiergate.default.escalations";
    private static final String VERDICTS = "tiergate.default.verdicts";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedKafkaBroker broker;
    private static ManagedChannel channel;
    private static KafkaConsumer<String, byte[]> escalations;
    private static KafkaProducer<String, byte[]> verdicts;
    private static final List<String> PROMISED_WITHOUT_BROKER = new ArrayList<>();

    @Inject
    EdgeLifecycle edge;

    @Inject
    EdgeConfig config;

    private GRPCInferenceServiceBlockingStub client;
    private TieredInferenceBlockingStub tiered;

    @BeforeEach
    void connect() {
        if (channel == null) {
            channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                    .usePlaintext()
                    .build();
        }
        client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        tiered = TieredInferenceGrpc.newBlockingStub(channel);
    }

    @AfterAll
    static void disconnect() {
        channel.shutdownNow();
        escalations.close();
        verdicts.close();
        broker.close();
    }

    @Test
    @Order(1)
    void withoutABrokerTheGatewayIsReadyAndPromisesAllTheSame() {
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        for (int i = 0; i < 50; i++) {
            PROMISED_WITHOUT_BROKER.add(escalate());
        }
        assertThat(PROMISED_WITHOUT_BROKER)
                .allSatisfy(id -> assertThat(state(id)).isEqualTo(EscalationState.ESCALATION_STATE_PENDING));
    }

    @Test
    @Order(2)
    void whatWasPromisedIsSentOnceTheBrokerAppears() throws Exception {
        startBroker();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(PROMISED_WITHOUT_BROKER)
                .allSatisfy(id -> assertThat(state(id)).isEqualTo(EscalationState.ESCALATION_STATE_SENT)));
        List<ConsumerRecord<String, byte[]>> sent = receive(PROMISED_WITHOUT_BROKER.size());
        assertThat(sent).extracting(ConsumerRecord::key).containsExactlyInAnyOrderElementsOf(PROMISED_WITHOUT_BROKER);
        EscalatedSample sample = EscalatedSample.parseFrom(sent.get(0).value());
        assertThat(sample.getSite()).isEqualTo("test-site");
        assertThat(sample.getDevice()).isEqualTo("test-device");
        assertThat(sample.getTenant()).isEqualTo("default");
        assertThat(sample.getEnsemble()).isEqualTo("tiny-ensemble");
        assertThat(sample.getInclusionProbability()).isEqualTo(1);
        assertThat(sample.getAttempt()).isEqualTo(1);
        assertThat(sample.getContentDigest().size()).isEqualTo(32);
        assertThat(sample.getTensors().getTensors(0).getShapeList()).containsExactly(1L, 4L);
        assertThat(new String(
                        sent.get(0).headers().lastHeader("ce_type").value(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("io.tiergate.escalation.v1");
    }

    @Test
    @Order(3)
    void aVerdictReachesTheLedgerAndTheWatcherResumesAfterItsCursor() throws Exception {
        String first = PROMISED_WITHOUT_BROKER.get(0);
        String second = PROMISED_WITHOUT_BROKER.get(1);
        send(decided(first, "b"));
        await().atMost(PATIENCE).until(() -> state(first) == EscalationState.ESCALATION_STATE_VERDICT);
        Escalation escalation = tiered.getVerdict(request(first));
        assertThat(escalation.getVerdict().getLabel()).isEqualTo("b");
        assertThat(escalation.getVerdict().getLabelIndex())
                .as("in the edge's labels, not the ensemble's")
                .isEqualTo(1);
        VerdictEvent event = watch(0).next();
        assertThat(event.getEscalation().getEscalationId()).isEqualTo(first);

        Iterator<VerdictEvent> resumed = watch(event.getCursor());
        send(parked(second));
        assertThat(resumed.next().getEscalation().getEscalationId()).isEqualTo(second);
        assertThat(state(second)).isEqualTo(EscalationState.ESCALATION_STATE_PARKED);
    }

    @Test
    @Order(4)
    void aCopyOfAVerdictAndGarbageAndAVerdictOfAnUnknownIdChangeNothing() throws Exception {
        String id = PROMISED_WITHOUT_BROKER.get(2);
        send(decided(id, "c"));
        send(decided(id, "c"));
        verdicts.send(new ProducerRecord<>(VERDICTS, 0, "test-site", new byte[] {1, 2, 3}))
                .get();
        send(decided("01a1fa38-561e-75f9-91f8-37c28e4f9e41", "c"));
        String last = PROMISED_WITHOUT_BROKER.get(4);
        send(decided(last, "a"));
        await().atMost(PATIENCE).until(() -> state(last) == EscalationState.ESCALATION_STATE_VERDICT);
        List<String> seen = new ArrayList<>();
        Iterator<VerdictEvent> events = watch(0);
        while (!seen.contains(last)) {
            seen.add(events.next().getEscalation().getEscalationId());
        }
        assertThat(seen).filteredOn(id::equals).hasSize(1);
    }

    @Test
    @Order(5)
    void aVerdictForTheSitesFormerNameIsApplied() throws Exception {
        String id = PROMISED_WITHOUT_BROKER.get(5);
        send(decided(id, "c").toBuilder().setSite("former-name").build());
        await().atMost(PATIENCE).until(() -> state(id) == EscalationState.ESCALATION_STATE_VERDICT);
    }

    @Test
    @Order(6)
    void aCallerWhoWaitsGetsTheVerdict() throws Exception {
        CompletableFuture<Void> cloud = CompletableFuture.runAsync(() -> {
            try {
                send(decided(receive(1).get(0).key(), "c"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        InferParameter wait = InferParameter.newBuilder().setInt64Param(20_000).build();
        ModelInferResponse response = client.modelInfer(raw("tiny-edge", doubtful())
                .putParameters("tiergate.wait_ms", wait)
                .build());
        cloud.get();
        assertThat(response.getParametersOrThrow("tiergate.label").getStringParam())
                .isEqualTo("c");
        assertThat(response.getParametersOrThrow("tiergate.tier").getStringParam())
                .isEqualTo("cloud");
        assertThat(response.getParametersOrThrow("tiergate.provisional").getStringParam())
                .isEqualTo("false");
    }

    @Test
    @Order(7)
    void aSampleTooLargeForTheBrokerIsRejectedAloneAndHoldsUpNobody() throws Exception {
        String before = escalate();
        String large = id(client.modelInfer(wide("tiny-wide", 1 << 20).build()));
        String after = escalate();
        await().atMost(PATIENCE).until(() -> state(large) == EscalationState.ESCALATION_STATE_REJECTED);
        await().atMost(PATIENCE).until(() -> state(after) == EscalationState.ESCALATION_STATE_SENT);
        assertThat(tiered.getVerdict(request(large)).getReason()).startsWith("too large for the broker");
        assertThat(receive(2)).extracting(ConsumerRecord::key).containsExactlyInAnyOrder(before, after);
    }

    @Test
    @Order(8)
    void aModelThatSendsScoresOnlyEscalatesSamplesOfAnySizeInASmallRecordWithoutTensors() throws Exception {
        String id = id(client.modelInfer(wide("tiny-scores", 1 << 20).build()));
        ConsumerRecord<String, byte[]> record = receive(1).get(0);
        assertThat(record.key()).isEqualTo(id);
        assertThat(record.value()).hasSizeLessThan(1024);
        EscalatedSample sample = EscalatedSample.parseFrom(record.value());
        assertThat(sample.getPayloadCase()).isEqualTo(EscalatedSample.PayloadCase.TENSORS);
        assertThat(sample.getTensors().getTensorsCount()).isZero();
        assertThat(sample.getPrediction().getLabel()).isEqualTo("a");
        assertThat(sample.getPrediction().getProbabilitiesCount()).isEqualTo(3);
        assertThat(sample.getScoreName()).isEqualTo("margin");
        assertThat(sample.getThreshold()).isEqualTo(0.5);
        assertThat(sample.getReason()).isEqualTo("below-threshold");
        assertThat(sample.getContentDigest().size()).isEqualTo(32);
        assertThat(sample.getModel().getName()).isEqualTo("tiny-scores");
    }

    @Test
    @Order(9)
    void aSampleOfSeveralInputsIsSentWithAllOfThem() throws Exception {
        ByteString a = bytes(5, 0, 0, 1, 0, 0);
        ByteString b = bytes(0, 0, 0, 0, 0.5f, 0);
        String ids = id(client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("two-inputs")
                .addInputs(input("b"))
                .addInputs(input("a"))
                .addRawInputContents(b)
                .addRawInputContents(a)
                .build()));

        EscalatedSample sample = EscalatedSample.parseFrom(receive(1).get(0).value());
        assertThat(ids).as("the first row is sure").isEqualTo("," + sample.getEscalationId());
        assertThat(sample.getEnsemble()).isEqualTo("two-inputs-ensemble");
        assertThat(sample.getTensors().getTensorsList())
                .extracting(tensor -> tensor.getName() + tensor.getShapeList())
                .containsExactly("a[1, 3]", "b[1, 3]");
        assertThat(sample.getTensors().getTensors(0).getData()).isEqualTo(a.substring(12));
        assertThat(sample.getTensors().getTensors(1).getData()).isEqualTo(b.substring(12));
    }

    @Test
    @Order(10)
    void aReportedLabelIsSentBehindItsSampleWithoutTensors() throws Exception {
        String id = escalate();
        EscalatedSample asked = EscalatedSample.parseFrom(receive(1).get(0).value());
        await().atMost(PATIENCE).until(() -> state(id) == EscalationState.ESCALATION_STATE_SENT);
        tiered.reportLabel(ReportLabelRequest.newBuilder()
                .setEscalationId(id)
                .setLabel("b")
                .build());
        ConsumerRecord<String, byte[]> record = receive(1).get(0);
        assertThat(record.key()).isEqualTo(id);
        assertThat(new String(record.headers().lastHeader("ce_type").value(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("io.tiergate.reported-label.v1");
        EscalatedSample label = EscalatedSample.parseFrom(record.value());
        assertThat(label.getReportedLabel().getLabel()).isEqualTo("b");
        assertThat(label.toBuilder().clearReportedLabel().build())
                .isEqualTo(asked.toBuilder().clearPayload().build());
        // An answer of the ensemble that comes late changes nothing.
        send(decided(id, "c"));
        String next = escalate();
        receive(1);
        send(decided(next, "a"));
        await().atMost(PATIENCE).until(() -> state(next) == EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(tiered.getVerdict(request(id)).getVerdict().getLabel()).isEqualTo("b");
    }

    @Test
    @Order(11)
    void aVerdictArrivesOnTheStreamThatAskedAndEndsIt() throws Exception {
        Recorder<InferStreamResponse> responses = new Recorder<>();
        StreamObserver<InferStreamRequest> requests =
                TieredInferenceGrpc.newStub(channel).inferStream(responses);
        requests.onNext(InferStreamRequest.newBuilder()
                .setRequestId("r1")
                .setRequest(InferRequest.newBuilder()
                        .setModelName("tiny-edge")
                        .addInputs(io.tiergate.proto.v1.Tensor.newBuilder()
                                .setName("x")
                                .setDatatype("FP32")
                                .addShape(1)
                                .addShape(4)
                                .setData(bytes(doubtful()))))
                .build());
        requests.onCompleted();
        String id = receive(1).get(0).key();
        send(decided(id, "b"));

        responses.end().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(responses.received()).hasSize(2);
        InferStreamResponse result = responses.received().get(0);
        assertThat(result.getResult().getResults(0).getEscalationId()).isEqualTo(id);
        assertThat(result.getResult().getResults(0).getProvisional()).isTrue();
        InferStreamResponse verdict = responses.received().get(1);
        assertThat(verdict.getRequestId()).isEqualTo("r1");
        assertThat(verdict.getVerdict().getEscalationId()).isEqualTo(id);
        assertThat(verdict.getVerdict().getVerdict().getLabel()).isEqualTo("b");
    }

    private static ModelInferRequest.InferInputTensor.Builder input(String name) {
        return ModelInferRequest.InferInputTensor.newBuilder()
                .setName(name)
                .setDatatype("FP32")
                .addShape(2)
                .addShape(3);
    }

    private static ByteString bytes(float... values) {
        return ByteString.copyFrom(
                Tensor.ofFloats("x", Shape.of(values.length), values).data());
    }

    private void startBroker() throws ExecutionException, InterruptedException {
        int port = Integer.parseInt(config.kafka().substring("localhost:".length()));
        broker = new EmbeddedKafkaBroker().withKafkaPort(port).start();
        Map<String, Object> server = Map.of("bootstrap.servers", config.kafka());
        try (Admin admin = Admin.create(server)) {
            admin.createTopics(List.of(new NewTopic(ESCALATIONS, 1, (short) 1), new NewTopic(VERDICTS, 1, (short) 1)))
                    .all()
                    .get();
        }
        escalations = new KafkaConsumer<>(server, new StringDeserializer(), new ByteArrayDeserializer());
        escalations.assign(List.of(new TopicPartition(ESCALATIONS, 0)));
        escalations.seekToBeginning(escalations.assignment());
        verdicts = new KafkaProducer<>(server, new StringSerializer(), new ByteArraySerializer());
    }

    /** The next records of the escalations topic. */
    private static List<ConsumerRecord<String, byte[]>> receive(int count) {
        List<ConsumerRecord<String, byte[]>> received = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> {
            escalations.poll(Duration.ofMillis(200)).forEach(received::add);
            return received.size() >= count;
        });
        assertThat(received).hasSize(count);
        return received;
    }

    private static void send(Verdict verdict) throws ExecutionException, InterruptedException {
        verdicts.send(new ProducerRecord<>(VERDICTS, 0, verdict.getSite(), verdict.toByteArray()))
                .get();
    }

    private static Verdict decided(String id, String label) {
        return verdict(id)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel(label)
                        // The ensemble's order of classes is not the edge's.
                        .setLabelIndex(0)
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE)
                        .setRank(10))
                .build();
    }

    private static Verdict parked(String id) {
        return verdict(id)
                .setParked(Verdict.Parked.newBuilder().setReason("unsure"))
                .build();
    }

    private static Verdict.Builder verdict(String id) {
        return Verdict.newBuilder().setEscalationId(id).setTenant("default").setSite("test-site");
    }

    /** A doubtful sample of so many random numbers, which no compression makes smaller. */
    private static ModelInferRequest.Builder wide(String model, int width) {
        float[] x = new float[width];
        Random random = new Random(1);
        for (int i = 3; i < width; i++) {
            x[i] = random.nextFloat();
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(width))
                .addRawInputContents(ByteString.copyFrom(
                        Tensor.ofFloats("x", Shape.of(1, width), x).data()));
    }

    private String escalate() {
        return id(client.modelInfer(raw("tiny-edge", doubtful()).build()));
    }

    private static String id(ModelInferResponse response) {
        return response.getParametersOrThrow("tiergate.escalation_id").getStringParam();
    }

    private EscalationState state(String id) {
        return tiered.getVerdict(request(id)).getState();
    }

    private static GetVerdictRequest request(String id) {
        return GetVerdictRequest.newBuilder().setEscalationId(id).build();
    }

    private Iterator<VerdictEvent> watch(long afterCursor) {
        return tiered.watchVerdicts(
                WatchVerdictsRequest.newBuilder().setAfterCursor(afterCursor).build());
    }
}
