package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.input;
import static io.tiergate.edge.api.Requests.raw;
import static io.tiergate.edge.api.Requests.sure;
import static io.tiergate.edge.api.Requests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelConfigRequest;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ServerLiveRequest;
import io.tiergate.proto.inference.ServerMetadataRequest;
import io.tiergate.proto.inference.ServerReadyRequest;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import jakarta.inject.Inject;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
class OpenInferenceServiceTest {
    @Inject
    EdgeLifecycle edge;

    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub client;
    private TieredInferenceBlockingStub tiered;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
        client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        tiered = TieredInferenceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void aSureAnswerIsAccepted() {
        ModelInferResponse response = client.modelInfer(raw("tiny-edge", sure()).build());
        assertThat(response.getId()).isEqualTo("r1");
        assertThat(response.getModelName()).isEqualTo("tiny-edge");
        assertThat(response.getModelVersion()).isEqualTo("1");
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ACCEPTED");
        assertThat(parameter(response, "tiergate.label")).isEqualTo("a");
        assertThat(parameter(response, "tiergate.tier")).isEqualTo("edge");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("false");
        assertThat(parameter(response, "tiergate.model_digest")).matches("sha256:[0-9a-f]{64}");
        // Softmax over (5, 0, 0): margin (e^5 - 1) / (e^5 + 2).
        assertThat(Double.parseDouble(parameter(response, "tiergate.confidence")))
                .isCloseTo(0.980055, within(1e-6));
        assertThat(response.getParametersMap()).doesNotContainKey("tiergate.escalation_id");
        assertThat(floats(response.getRawOutputContents(0))).containsExactly(5f, 0f, 0f);
    }

    @Test
    void aDoubtfulAnswerIsInTheLedgerBeforeItsReplyArrives() {
        ModelInferResponse response =
                client.modelInfer(raw("tiny-edge", doubtful()).build());
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ESCALATED");
        assertThat(parameter(response, "tiergate.reason")).isEqualTo("below-threshold");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("true");
        Escalation escalation = find(parameter(response, "tiergate.escalation_id"));
        assertThat(escalation.getState()).isEqualTo(EscalationState.ESCALATION_STATE_PENDING);
        assertThat(escalation.getPurpose()).isEqualTo(Purpose.PURPOSE_ESCALATED);
        assertThat(escalation.getEdgeLabel()).isEqualTo("a");
    }

    @Test
    void anAuditedAnswerIsAcceptedAndItsIdIsInTheLedger() {
        ModelInferResponse response =
                client.modelInfer(raw("tiny-audited", sure()).build());
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ACCEPTED");
        assertThat(find(parameter(response, "tiergate.escalation_id")).getPurpose())
                .isEqualTo(Purpose.PURPOSE_AUDITED);
    }

    @Test
    void everyRowOfABatchIsGatedOnItsOwn() {
        ModelInferResponse response =
                client.modelInfer(raw("tiny-edge", sure(), doubtful(), sure(), new float[] {0, 1, 0, 0})
                        .build());
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ACCEPTED,ESCALATED,ACCEPTED,ESCALATED");
        assertThat(parameter(response, "tiergate.label")).isEqualTo("a,a,a,b");
        String[] ids = parameter(response, "tiergate.escalation_id").split(",", -1);
        assertThat(ids).hasSize(4);
        assertThat(ids[0]).isEmpty();
        assertThat(ids[2]).isEmpty();
        assertThat(find(ids[1]).getEdgeLabel()).isEqualTo("a");
        assertThat(find(ids[3]).getEdgeLabel()).isEqualTo("b");
    }

    @Test
    void anOutputThatIsNotFiniteIsNeverAccepted() {
        ModelInferResponse response = client.modelInfer(
                raw("tiny-nonfinite", new float[] {1, 0, 0, 0}).build());
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ESCALATED");
        assertThat(parameter(response, "tiergate.reason")).isEqualTo("non-finite-output");
        assertThat(parameter(response, "tiergate.confidence")).isEqualTo("0.0");
        assertThat(client.modelInfer(raw("tiny-edge", sure()).build()).getOutputsCount())
                .isEqualTo(1);
    }

    @Test
    void aSampleThatMustStayLocalIsNeitherEscalatedNorAudited() {
        var never = raw("tiny-edge", doubtful()).putParameters("tiergate.escalation", text("never"));
        ModelInferResponse doubtful = client.modelInfer(never.build());
        assertThat(parameter(doubtful, "tiergate.decision")).isEqualTo("LOCAL_ONLY");
        assertThat(doubtful.getParametersMap()).doesNotContainKey("tiergate.escalation_id");
        var sure = raw("tiny-audited", sure()).putParameters("tiergate.escalation", text("never"));
        assertThat(client.modelInfer(sure.build()).getParametersMap()).doesNotContainKey("tiergate.escalation_id");
    }

    @Test
    void aCallerMayAskForEscalationNoAuditOrAStricterThreshold() {
        assertThat(decision(raw("tiny-edge", sure()).putParameters("tiergate.escalation", text("always"))))
                .isEqualTo("ESCALATED");
        assertThat(decision(raw("tiny-edge", sure()).putParameters("tiergate.threshold", text("0.99"))))
                .isEqualTo("ESCALATED");
        assertThat(decision(raw("tiny-edge", doubtful()).putParameters("tiergate.threshold", text("0.01"))))
                .isEqualTo("ESCALATED");
        var unaudited = raw("tiny-audited", sure()).putParameters("tiergate.audit", text("never"));
        assertThat(client.modelInfer(unaudited.build()).getParametersMap()).doesNotContainKey("tiergate.escalation_id");
    }

    @Test
    void aCallerWhoWaitsInVainGetsTheProvisionalAnswer() {
        InferParameter wait = InferParameter.newBuilder().setInt64Param(50).build();
        ModelInferResponse response = client.modelInfer(raw("tiny-edge", doubtful())
                .putParameters("tiergate.wait_ms", wait)
                .build());
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ESCALATED");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("true");
    }

    @Test
    void whatItsVerdictIsKnownOfIsAnsweredWithIt() {
        float[] repeated = {1.25f, 0, 0, 0};
        String id = parameter(client.modelInfer(raw("tiny-edge", repeated).build()), "tiergate.escalation_id");
        tiered.reportLabel(ReportLabelRequest.newBuilder()
                .setEscalationId(id)
                .setLabel("b")
                .build());
        ModelInferResponse response =
                client.modelInfer(raw("tiny-edge", repeated, sure()).build());
        assertThat(parameter(response, "tiergate.decision")).isEqualTo("RESOLVED,ACCEPTED");
        assertThat(parameter(response, "tiergate.label")).isEqualTo("b,a");
        assertThat(parameter(response, "tiergate.tier")).isEqualTo("human,edge");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("false,false");
        assertThat(parameter(response, "tiergate.escalation_id")).isEqualTo(id + ",");
    }

    @Test
    void aModelWithoutBatchDimensionIsOneSampleACall() {
        var request = ModelInferRequest.newBuilder()
                .setModelName("tiny-unbatched")
                .addInputs(input("x", "FP32", 3)
                        .setContents(InferTensorContents.newBuilder().addAllFp32Contents(List.of(1f, 0f, 0f))));
        ModelInferResponse response = client.modelInfer(request.build());
        assertThat(parameter(response, "tiergate.decision"))
                .as("it has no escalation target")
                .isEqualTo("LOCAL_ONLY");
    }

    @Test
    void aModelWithoutManifestIsServedPlainly() {
        ModelInferResponse response =
                client.modelInfer(raw("tiny-plain", doubtful()).build());
        assertThat(response.getParametersMap()).containsOnlyKeys("tiergate.model_digest");
        assertThat(floats(response.getRawOutputContents(0))).containsExactly(1f, 0f, 0f);
    }

    @Test
    void typedContentsAreAnsweredRaw() {
        var request = ModelInferRequest.newBuilder()
                .setModelName("tiny-edge")
                .addInputs(input("x", "FP32", 1, 4)
                        .setContents(InferTensorContents.newBuilder().addAllFp32Contents(List.of(5f, 0f, 0f, 0f))));
        assertThat(floats(client.modelInfer(request.build()).getRawOutputContents(0)))
                .containsExactly(5f, 0f, 0f);
    }

    /** What the gate adds to the protocol's own errors. */
    static Stream<Arguments> badRequests() {
        return Stream.of(
                Arguments.of(raw("unknown-key", sure()), "UNAVAILABLE", "is not at ready state"),
                Arguments.of(
                        raw("tiny-edge", sure()).putParameters("tiergate.subject", text("s".repeat(257))),
                        "INVALID_ARGUMENT",
                        "subject: 257 characters (expected: at most 256)"),
                Arguments.of(
                        raw("tiny-edge", sure()).putParameters("tiergate.escalation", text("maybe")),
                        "INVALID_ARGUMENT",
                        "auto, never or always"),
                Arguments.of(
                        raw("tiny-edge", sure()).putParameters("tiergate.threshold", text("NaN")),
                        "INVALID_ARGUMENT",
                        "a finite number"),
                Arguments.of(
                        raw("tiny-edge", sure()).putParameters("tiergate.treshold", text("0.9")),
                        "INVALID_ARGUMENT",
                        "'tiergate.treshold' is unknown"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void aBadRequestIsToldWhatWasWrongAndTheNextOneIsServed(
            ModelInferRequest.Builder request, String code, String words) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.modelInfer(request.build()));
        assertThat(failure.getStatus().getCode().name())
                .as(failure.getMessage())
                .isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
        assertThat(decision(raw("tiny-edge", sure()))).isEqualTo("ACCEPTED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-edge", "tiny-plain"})
    void aBatchOfMoreRowsThanAnnouncedIsRefusedWithAGateAndWithout(String model) {
        int most = client.modelConfig(
                        ModelConfigRequest.newBuilder().setName(model).build())
                .getConfig()
                .getMaxBatchSize();
        float[][] rows = new float[most + 1][];
        java.util.Arrays.fill(rows, doubtful());
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> client.modelInfer(raw(model, rows).build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription())
                .isEqualTo("batch of %d rows (expected: at most %d for model '%s', tiergate.inference.max-batch-size)"
                        .formatted(most + 1, most, model));
        assertThat(client.modelInfer(
                                raw(model, java.util.Arrays.copyOf(rows, most)).build())
                        .getOutputs(0)
                        .getShape(0))
                .isEqualTo(most);
    }

    @Test
    void aBatchOfAsManyRowsAsMayBeGatedIsPromisedWhole() {
        float[][] rows = new float[1024][];
        java.util.Arrays.fill(rows, doubtful());
        ModelInferResponse response = client.modelInfer(raw("tiny-edge", rows).build());
        assertThat(parameter(response, "tiergate.escalation_id").split(",", -1))
                .hasSize(1024)
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    @Test
    void wordsOfTheClientAreCutSoThatTheStatusArrives() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> client.modelInfer(raw("n".repeat(50_000), sure()).build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.getStatus().getDescription()).startsWith("Request for unknown model: 'nnn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void aMessageOverTheLimitIsRefusedNamingTheLimit(String compression) {
        var request = raw("tiny-edge", sure()).setRawInputContents(0, ByteString.copyFrom(new byte[64 << 20]));
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.withCompression(compression)
                        .modelInfer(request.build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(failure.getStatus().getDescription()).contains("gRPC message exceeds maximum size 16777216");
        assertThat(decision(raw("tiny-edge", sure()))).isEqualTo("ACCEPTED");
    }

    /** The model gives back what it is given. */
    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void eightMebibytesGoThereAndBackUnchanged(String compression) {
        byte[] bytes = new byte[8 << 20];
        new Random(8).nextBytes(bytes);
        ByteString sent = ByteString.copyFrom(bytes);
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("any-shape");
        for (var spec : client.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName("any-shape").build())
                .getInputsList()) {
            boolean large = spec.getName().equals("uint8_in");
            // Of nothing but one tensor there is nothing at all.
            request.addInputs(input(spec.getName(), spec.getDatatype(), large ? bytes.length : 0))
                    .addRawInputContents(large ? sent : ByteString.EMPTY);
        }
        request.addOutputs(
                ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName("uint8_out"));

        ModelInferResponse response = client.withCompression(compression)
                .withMaxInboundMessageSize(16 << 20)
                .modelInfer(request.build());

        assertThat(response.getOutputs(0).getShapeList()).containsExactly((long) bytes.length);
        assertThat(response.getRawOutputContents(0).equals(sent))
                .as("byte for byte")
                .isTrue();
    }

    @Test
    void theServerSaysThatItLivesAndIsReady() {
        assertThat(client.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        var metadata = client.serverMetadata(ServerMetadataRequest.getDefaultInstance());
        assertThat(metadata.getName()).isEqualTo("tiergate");
        assertThat(metadata.getVersion()).isNotEmpty();
        assertThat(metadata.getExtensionsList())
                .containsExactly(
                        "binary_tensor_data",
                        "classification",
                        "model_configuration",
                        "model_repository",
                        "model_repository(unload_dependents)",
                        "parameters",
                        "statistics");
    }

    @Test
    void metadataShowsTheBatchDimension() {
        var metadata = client.modelMetadata(
                ModelMetadataRequest.newBuilder().setName("tiny-edge").build());
        assertThat(metadata.getVersionsList()).containsExactly("1");
        assertThat(metadata.getInputs(0).getName()).isEqualTo("x");
        assertThat(metadata.getInputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 4L);
        assertThat(metadata.getOutputs(0).getShapeList()).containsExactly(-1L, 3L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unknown-key", "label-count", "not-onnx", "output-unknown", "model-missing", "name-mismatch"})
    void aBrokenPackageIsKnownButNotReady(String model) {
        assertThat(client.modelReady(
                                ModelReadyRequest.newBuilder().setName(model).build())
                        .getReady())
                .isFalse();
    }

    @Test
    void aGoodPackageAmongBrokenOnesIsReadyAndAnUnknownOneIsNotFound() {
        assertThat(client.modelReady(
                                ModelReadyRequest.newBuilder().setName("good").build())
                        .getReady())
                .isTrue();
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> client.modelReady(
                        ModelReadyRequest.newBuilder().setName("nobody").build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.getStatus().getDescription()).startsWith("Request for unknown model: ");
    }

    @Test
    void healthIsKnownForTheServerItsServicesAndItsModels() {
        var health = HealthGrpc.newBlockingStub(channel);
        for (String service :
                List.of("", "inference.GRPCInferenceService", "tiergate.v1.TieredInference", "tiny-edge")) {
            assertThat(health.check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus())
                    .as(service)
                    .isEqualTo(ServingStatus.SERVING);
        }
    }

    private String decision(ModelInferRequest.Builder request) {
        return parameter(client.modelInfer(request.build()), "tiergate.decision");
    }

    private Escalation find(String id) {
        return tiered.getVerdict(
                GetVerdictRequest.newBuilder().setEscalationId(id).build());
    }

    private static String parameter(ModelInferResponse response, String name) {
        return response.getParametersOrThrow(name).getStringParam();
    }

    private static float[] floats(ByteString raw) {
        var buffer = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }
}
