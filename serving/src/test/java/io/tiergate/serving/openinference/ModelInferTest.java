package io.tiergate.serving.openinference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.serving.testing.Requests;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInferTest {
    @TempDir
    private static Path folder;

    private static ProtocolServer server;
    private static GRPCInferenceServiceBlockingStub client;

    @BeforeAll
    static void start() throws IOException {
        server = new ProtocolServer(TestModels.copyTo("tiny", folder), ModelControlMode.NONE, 1, false);
        client = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aClassifiedOutputIsTheBestClassesOfEveryRow() {
        ModelInferResponse response =
                client.modelInfer(Requests.raw("tiny-edge", new float[] {1, 3, 2, 0}, new float[] {9, 0, 0.5f, 0})
                        .addOutputs(classified("logits", 2))
                        .build());
        assertThat(response.getOutputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
        assertThat(texts(response)).containsExactly("3.000000:1:b", "2.000000:2:c", "9.000000:0:a", "0.500000:2:c");
    }

    @Test
    void aClassifiedOutputOfOneSampleHasOneRowOfAllItsClassesAtMost() {
        ModelInferResponse response = client.modelInfer(ModelInferRequest.newBuilder()
                .setModelName("tiny-unbatched")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(3))
                .addRawInputContents(ByteString.copyFrom(
                        Tensor.ofFloats("x", Shape.of(3), 1, 3, 2).data()))
                .addOutputs(classified("logits", 1000))
                .build());
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(3L);
        assertThat(texts(response)).containsExactly("3.000000:1:b", "2.000000:2:c", "1.000000:0:a");
    }

    @Test
    void aModelWithoutLabelsIsClassifiedByNumber() {
        ModelInferResponse response = client.modelInfer(Requests.raw("tiny-plain", new float[] {1, 3, 2, 0})
                .addOutputs(classified("logits", 1))
                .build());
        assertThat(texts(response)).containsExactly("3.000000:1");
    }

    @Test
    void parametersThatChangeNothingAreTaken() {
        ModelInferRequest.Builder request = Requests.raw("tiny-edge", new float[] {1, 3, 2, 0})
                .putParameters(
                        "priority",
                        InferParameter.newBuilder().setUint64Param(1).build())
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(60_000_000).build())
                .putParameters(
                        "sequence_id",
                        InferParameter.newBuilder().setInt64Param(7).build())
                .putParameters(
                        "sequence_start",
                        InferParameter.newBuilder().setBoolParam(true).build())
                .putParameters(
                        "triton_enable_empty_final_response",
                        InferParameter.newBuilder().setBoolParam(true).build())
                .putParameters(
                        "mine", InferParameter.newBuilder().setDoubleParam(0.5).build());
        request.getInputsBuilder(0)
                .putParameters(
                        "binary_data_size",
                        InferParameter.newBuilder().setInt64Param(16).build());
        request.addOutputs(InferRequestedOutputTensor.newBuilder()
                .setName("logits")
                .putParameters(
                        "binary_data",
                        InferParameter.newBuilder().setBoolParam(true).build()));
        ModelInferResponse response = client.modelInfer(request.build());
        assertThat(response.getOutputs(0).getDatatype()).isEqualTo("FP32");
        assertThat(response.getParametersMap()).isEmpty();
    }

    private static InferRequestedOutputTensor classified(String output, long classes) {
        return InferRequestedOutputTensor.newBuilder()
                .setName(output)
                .putParameters(
                        "classification",
                        InferParameter.newBuilder().setInt64Param(classes).build())
                .build();
    }

    private static List<String> texts(ModelInferResponse response) {
        Shape shape = Shape.of(response.getOutputs(0).getShapeList());
        ByteString raw = response.getRawOutputContents(0);
        return Tensor.of("y", DataType.BYTES, shape, raw.asReadOnlyByteBuffer()).strings().stream()
                .map(bytes -> new String(bytes, UTF_8))
                .toList();
    }
}
