package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.input;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelInferResponse.InferOutputTensor;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models that are not one tensor of floats in and one out, as clients of the Open Inference Protocol see them. */
@QuarkusTest
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
class KindsOfModelsTest {
    @Inject
    EdgeLifecycle edge;

    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub client;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
        client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void mapsOfProbabilitiesAreGatedRowByRowAndComeWithTheirKeys() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("tree")
                .addInputs(input("x", "FP32", 2, 1).setContents(floats(0, 1)))
                .build());

        assertThat(response.getParametersOrThrow("tiergate.decision").getStringParam())
                .isEqualTo("ACCEPTED,LOCAL_ONLY");
        assertThat(response.getParametersOrThrow("tiergate.label").getStringParam())
                .isEqualTo("ok,dent");
        assertThat(response.getOutputsList())
                .extracting(InferOutputTensor::getName, InferOutputTensor::getDatatype, InferOutputTensor::getShapeList)
                .containsExactly(
                        tuple("label", "BYTES", List.of(2L)),
                        tuple("probabilities", "FP32", List.of(2L, 3L)),
                        tuple("probabilities.keys", "BYTES", List.of(3L)));
    }

    @Test
    void aHalfPrecisionModelIsGated() {
        ByteBuffer x = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : new float[] {5, 0, 0, 0, 1, 0}) {
            x.putShort(Float.floatToFloat16(value));
        }
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("half")
                .addInputs(input("x", "FP16", 2, 3))
                .addRawInputContents(ByteString.copyFrom(x.flip()))
                .build());

        assertThat(response.getParametersOrThrow("tiergate.decision").getStringParam())
                .isEqualTo("ACCEPTED,LOCAL_ONLY");
        assertThat(response.getParametersOrThrow("tiergate.label").getStringParam())
                .isEqualTo("a,b");
    }

    /** Softmax is the surest of the fourth row, and the model of the third. */
    @Test
    void aModelThatMeasuresItsConfidenceItselfIsGatedByThat() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("own-score")
                .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logits"))
                .addInputs(input("x", "FP32", 4, 4)
                        .setContents(floats(0, 1, 0, 0.5f, 1, 0, 0, 0.25f, 0, 0, 1, 7, 9, 0, 0, Float.NaN)))
                .build());

        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ACCEPTED,ESCALATED,ACCEPTED,ESCALATED");
        assertThat(parameter(response, "tiergate.confidence")).isEqualTo("0.5,0.25,7.0,0.0");
        assertThat(parameter(response, "tiergate.reason"))
                .isEqualTo("confident,below-threshold,confident,non-finite-output");
        assertThat(parameter(response, "tiergate.label")).isEqualTo("b,a,c,");
        assertThat(response.getOutputsList())
                .extracting(InferOutputTensor::getName)
                .containsExactly("logits");
    }

    @Test
    void aModelWithoutBatchDimensionMeasuresItsConfidenceItself() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("own-score-unbatched")
                .addInputs(input("x", "FP32", 4).setContents(floats(0, 1, 0, 0.75f)))
                .build());

        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ACCEPTED");
        assertThat(parameter(response, "tiergate.confidence")).isEqualTo("0.75");
    }

    @Test
    void numbersThatAreNoProbabilitiesAreEscalatedWithTheReason() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("given")
                .addInputs(input("x", "FP32", 4, 3)
                        .setContents(floats(1.0000001f, 0, 0, 8, -2, 0, 0.9f, 0.5f, 0.25f, 0.5f, 0.5f, Float.NaN)))
                .build());

        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ACCEPTED,ESCALATED,ESCALATED,ESCALATED");
        assertThat(parameter(response, "tiergate.confidence")).isEqualTo("1.0,0.0,0.0,0.0");
        assertThat(parameter(response, "tiergate.reason"))
                .isEqualTo("confident,not-probabilities,not-probabilities,non-finite-output");
    }

    @Test
    void anAnswerForMoreClassesThanThereAreLabelsIsEscalatedWithTheReason() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("given")
                .addInputs(input("x", "FP32", 1, 4).setContents(floats(1, 0, 0, 0)))
                .build());

        assertThat(parameter(response, "tiergate.decision")).isEqualTo("ESCALATED");
        assertThat(parameter(response, "tiergate.confidence")).isEqualTo("0.0");
        assertThat(parameter(response, "tiergate.reason")).isEqualTo("wrong-class-count");
        assertThat(parameter(response, "tiergate.label")).isEmpty();
    }

    @Test
    void aModelWithoutInputsIsAsked() {
        ModelInferResponse response = client.modelInfer(
                ModelInferRequest.newBuilder().setModelName("constant").build());

        assertThat(response.getRawOutputContents(0)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer())
                .isEqualTo(java.nio.FloatBuffer.wrap(new float[] {1, 2}));
    }

    @Test
    void aScalarHasNoSizes() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("scalar")
                .addInputs(input("x", "FP32").setContents(floats(1.5f)))
                .build());

        assertThat(response.getOutputs(0).getShapeList()).isEmpty();
        assertThat(response.getRawOutputContents(0)
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat())
                .isEqualTo(3);
    }

    private static String parameter(ModelInferResponse response, String name) {
        return response.getParametersOrThrow(name).getStringParam();
    }

    private static InferTensorContents.Builder floats(float... values) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (float value : values) {
            contents.addFp32Contents(value);
        }
        return contents;
    }
}
