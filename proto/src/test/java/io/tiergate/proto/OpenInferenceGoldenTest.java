package io.tiergate.proto;

import static io.tiergate.testing.wire.WireBytes.ALL_ONES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.tiergate.proto.inference.DataType;
import io.tiergate.proto.inference.InferBatchStatistics;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.InferStatistics;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelConfig;
import io.tiergate.proto.inference.ModelConfigRequest;
import io.tiergate.proto.inference.ModelConfigResponse;
import io.tiergate.proto.inference.ModelDynamicBatching;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelInferResponse.InferOutputTensor;
import io.tiergate.proto.inference.ModelInput;
import io.tiergate.proto.inference.ModelInstanceGroup;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.tiergate.proto.inference.ModelOutput;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ModelReadyResponse;
import io.tiergate.proto.inference.ModelRepositoryParameter;
import io.tiergate.proto.inference.ModelStatistics;
import io.tiergate.proto.inference.ModelStatisticsRequest;
import io.tiergate.proto.inference.ModelStatisticsResponse;
import io.tiergate.proto.inference.ModelStreamInferResponse;
import io.tiergate.proto.inference.ModelVersionPolicy;
import io.tiergate.proto.inference.RepositoryIndexRequest;
import io.tiergate.proto.inference.RepositoryIndexResponse;
import io.tiergate.proto.inference.RepositoryIndexResponse.ModelIndex;
import io.tiergate.proto.inference.RepositoryModelLoadRequest;
import io.tiergate.proto.inference.RepositoryModelLoadResponse;
import io.tiergate.proto.inference.RepositoryModelUnloadRequest;
import io.tiergate.proto.inference.RepositoryModelUnloadResponse;
import io.tiergate.proto.inference.ServerLiveRequest;
import io.tiergate.proto.inference.ServerLiveResponse;
import io.tiergate.proto.inference.ServerMetadataRequest;
import io.tiergate.proto.inference.ServerMetadataResponse;
import io.tiergate.proto.inference.ServerReadyRequest;
import io.tiergate.proto.inference.ServerReadyResponse;
import io.tiergate.proto.inference.StatisticDuration;
import io.tiergate.testing.wire.WireBytes;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message of the protocol, byte for byte as worked out by hand from its field numbers. */
class OpenInferenceGoldenTest {
    /** The number 1 as FP32. */
    private static final ByteString ONE = ByteString.copyFrom(new byte[] {0, 0, (byte) 0x80, 0x3f});

    static Stream<Arguments> core() {
        return Stream.of(
                arguments("", ServerLiveRequest.getDefaultInstance()),
                arguments("08 01", ServerLiveResponse.newBuilder().setLive(true).build()),
                arguments("", ServerReadyRequest.getDefaultInstance()),
                arguments(
                        "08 01", ServerReadyResponse.newBuilder().setReady(true).build()),
                arguments(
                        "0a 09 'tiny-edge' 12 01 '1'",
                        ModelReadyRequest.newBuilder()
                                .setName("tiny-edge")
                                .setVersion("1")
                                .build()),
                arguments(
                        "08 01", ModelReadyResponse.newBuilder().setReady(true).build()),
                arguments("", ServerMetadataRequest.getDefaultInstance()),
                arguments(
                        "0a 08 'tiergate' 12 05 '0.1.0' 1a 0a 'statistics' 1a 0a 'parameters'",
                        ServerMetadataResponse.newBuilder()
                                .setName("tiergate")
                                .setVersion("0.1.0")
                                .addExtensions("statistics")
                                .addExtensions("parameters")
                                .build()),
                arguments(
                        "0a 09 'tiny-edge' 12 01 '1'",
                        ModelMetadataRequest.newBuilder()
                                .setName("tiny-edge")
                                .setVersion("1")
                                .build()),
                arguments(
                        "0a 01 'm' 12 01 '1' 1a 10 'onnxruntime_onnx'"
                                + " 22 16 0a 01 'x' 12 04 'FP32' 1a 0b" + ALL_ONES + "04"
                                + " 2a 0c 0a 01 'y' 12 04 'FP32' 1a 01 03"
                                + " 32 10 0a 06 'digest' 12 06 'sha256'",
                        ModelMetadataResponse.newBuilder()
                                .setName("m")
                                .addVersions("1")
                                .setPlatform("onnxruntime_onnx")
                                .addInputs(TensorMetadata.newBuilder()
                                        .setName("x")
                                        .setDatatype("FP32")
                                        .addShape(-1)
                                        .addShape(4))
                                .addOutputs(TensorMetadata.newBuilder()
                                        .setName("y")
                                        .setDatatype("FP32")
                                        .addShape(3))
                                .putProperties("digest", "sha256")
                                .build()));
    }

    static Stream<Arguments> inference() {
        return Stream.of(
                arguments(
                        "08 01", InferParameter.newBuilder().setBoolParam(true).build()),
                arguments(
                        "10" + ALL_ONES,
                        InferParameter.newBuilder().setInt64Param(-1).build()),
                arguments(
                        "1a 03 'abc'",
                        InferParameter.newBuilder().setStringParam("abc").build()),
                arguments(
                        "21 00 00 00 00 00 00 e0 3f",
                        InferParameter.newBuilder().setDoubleParam(0.5).build()),
                arguments(
                        "28" + ALL_ONES,
                        InferParameter.newBuilder().setUint64Param(-1L).build()),
                arguments(
                        "0a 02 01 00 12 0b" + ALL_ONES + "05 1a 01 07 22 05 ff ff ff ff 0f 2a 0a" + ALL_ONES
                                + "32 04 00 00 80 3f 3a 08 00 00 00 00 00 00 f0 3f 42 02 'ab'",
                        InferTensorContents.newBuilder()
                                .addAllBoolContents(List.of(true, false))
                                .addAllIntContents(List.of(-1, 5))
                                .addInt64Contents(7)
                                .addUintContents(-1)
                                .addUint64Contents(-1L)
                                .addFp32Contents(1)
                                .addFp64Contents(1)
                                .addBytesContents(ByteString.copyFromUtf8("ab"))
                                .build()),
                arguments(
                        "0a 09 'tiny-edge' 12 01 '1' 1a 02 'r7'"
                                + " 22 0e 0a 08 'priority' 12 02 28 02"
                                + " 2a 20 0a 01 'x' 12 04 'FP32' 1a 02 01 01 22 11 0a 0b 'binary_data' 12 02 08 01"
                                + " 32 1e 0a 06 'logits' 12 14 0a 0e 'classification' 12 02 10 02"
                                + " 3a 04 00 00 80 3f",
                        ModelInferRequest.newBuilder()
                                .setModelName("tiny-edge")
                                .setModelVersion("1")
                                .setId("r7")
                                .putParameters(
                                        "priority",
                                        InferParameter.newBuilder()
                                                .setUint64Param(2)
                                                .build())
                                .addInputs(InferInputTensor.newBuilder()
                                        .setName("x")
                                        .setDatatype("FP32")
                                        .addShape(1)
                                        .addShape(1)
                                        .putParameters(
                                                "binary_data",
                                                InferParameter.newBuilder()
                                                        .setBoolParam(true)
                                                        .build()))
                                .addOutputs(InferRequestedOutputTensor.newBuilder()
                                        .setName("logits")
                                        .putParameters(
                                                "classification",
                                                InferParameter.newBuilder()
                                                        .setInt64Param(2)
                                                        .build()))
                                .addRawInputContents(ONE)
                                .build()),
                arguments(
                        "0a 01 'm' 2a 15 0a 01 'x' 12 04 'FP32' 1a 02 01 01 2a 06 32 04 00 00 80 3f",
                        ModelInferRequest.newBuilder()
                                .setModelName("m")
                                .addInputs(InferInputTensor.newBuilder()
                                        .setName("x")
                                        .setDatatype("FP32")
                                        .addShape(1)
                                        .addShape(1)
                                        .setContents(
                                                InferTensorContents.newBuilder().addFp32Contents(1)))
                                .build()),
                arguments(
                        "0a 01 'm' 12 01 '1' 1a 02 'r7'"
                                + " 22 1f 0a 11 'tiergate.decision' 12 0a 1a 08 'ACCEPTED'"
                                + " 2a 12 0a 06 'logits' 12 04 'FP32' 1a 02 01 01"
                                + " 32 04 00 00 80 3f",
                        response().build()),
                arguments(
                        "0a 01 'm' 2a 1d 0a 01 'y' 12 04 'FP32' 1a 01 01 22 07 0a 01 'k' 12 02 08 01 2a 06 32 04 00 00 80 3f",
                        ModelInferResponse.newBuilder()
                                .setModelName("m")
                                .addOutputs(InferOutputTensor.newBuilder()
                                        .setName("y")
                                        .setDatatype("FP32")
                                        .addShape(1)
                                        .putParameters(
                                                "k",
                                                InferParameter.newBuilder()
                                                        .setBoolParam(true)
                                                        .build())
                                        .setContents(
                                                InferTensorContents.newBuilder().addFp32Contents(1)))
                                .build()),
                arguments(
                        "12 45 0a 01 'm' 12 01 '1' 1a 02 'r7'"
                                + " 22 1f 0a 11 'tiergate.decision' 12 0a 1a 08 'ACCEPTED'"
                                + " 2a 12 0a 06 'logits' 12 04 'FP32' 1a 02 01 01"
                                + " 32 04 00 00 80 3f",
                        ModelStreamInferResponse.newBuilder()
                                .setInferResponse(response())
                                .build()),
                arguments(
                        "0a 04 'oops' 12 04 1a 02 'r7'",
                        ModelStreamInferResponse.newBuilder()
                                .setErrorMessage("oops")
                                .setInferResponse(
                                        ModelInferResponse.newBuilder().setId("r7"))
                                .build()));
    }

    static Stream<Arguments> configuration() {
        return Stream.of(
                arguments(
                        "0a 01 'm' 12 01 '1'",
                        ModelConfigRequest.newBuilder()
                                .setName("m")
                                .setVersion("1")
                                .build()),
                arguments(
                        "0a 6e 0a 01 'm' 12 10 'onnxruntime_onnx' 1a 04 0a 02 08 01 20 80 08"
                                + " 2a 12 0a 01 'x' 10 0b 22 0b 04" + ALL_ONES
                                + " 32 0a 0a 01 'y' 10 0d 1a 03 03 04 05"
                                + " 3a 09 0a 03 'm_0' 10 02 20 02"
                                + " 42 0a 'model.onnx'"
                                + " 5a 09 0a 02 08 10 10 90 4e 18 01"
                                + " 8a 01 0b 'onnxruntime'",
                        ModelConfigResponse.newBuilder()
                                .setConfig(ModelConfig.newBuilder()
                                        .setName("m")
                                        .setPlatform("onnxruntime_onnx")
                                        .setVersionPolicy(ModelVersionPolicy.newBuilder()
                                                .setLatest(ModelVersionPolicy.Latest.newBuilder()
                                                        .setNumVersions(1)))
                                        .setMaxBatchSize(1024)
                                        .addInput(ModelInput.newBuilder()
                                                .setName("x")
                                                .setDataType(DataType.TYPE_FP32)
                                                .addDims(4)
                                                .addDims(-1))
                                        .addOutput(ModelOutput.newBuilder()
                                                .setName("y")
                                                .setDataType(DataType.TYPE_STRING)
                                                .addAllDims(List.of(3L, 4L, 5L)))
                                        .addInstanceGroup(ModelInstanceGroup.newBuilder()
                                                .setName("m_0")
                                                .setCount(2)
                                                .setKind(ModelInstanceGroup.Kind.KIND_CPU))
                                        .setDefaultModelFilename("model.onnx")
                                        .setDynamicBatching(ModelDynamicBatching.newBuilder()
                                                .addAllPreferredBatchSize(List.of(8, 16))
                                                .setMaxQueueDelayMicroseconds(10_000)
                                                .setPreserveOrdering(true))
                                        .setBackend("onnxruntime"))
                                .build()));
    }

    static Stream<Arguments> statistics() {
        return Stream.of(
                arguments(
                        "0a 01 'm' 12 01 '1'",
                        ModelStatisticsRequest.newBuilder()
                                .setName("m")
                                .setVersion("1")
                                .build()),
                arguments(
                        "0a 4c 0a 01 'm' 12 01 '1' 18 80 bc c1 96 0b 20 04 28 03"
                                + " 32 24 0a 04 08 01 10 0a 12 04 08 02 10 0b 1a 04 08 03 10 0c"
                                + " 22 04 08 04 10 0d 2a 04 08 05 10 0e 32 04 08 06 10 0f"
                                + " 3a 14 08 02 12 04 08 01 10 01 1a 04 08 01 10 02 22 04 08 01 10 03",
                        ModelStatisticsResponse.newBuilder()
                                .addModelStats(ModelStatistics.newBuilder()
                                        .setName("m")
                                        .setVersion("1")
                                        .setLastInference(3_000_000_000L)
                                        .setInferenceCount(4)
                                        .setExecutionCount(3)
                                        .setInferenceStats(InferStatistics.newBuilder()
                                                .setSuccess(duration(1, 10))
                                                .setFail(duration(2, 11))
                                                .setQueue(duration(3, 12))
                                                .setComputeInput(duration(4, 13))
                                                .setComputeInfer(duration(5, 14))
                                                .setComputeOutput(duration(6, 15)))
                                        .addBatchStats(InferBatchStatistics.newBuilder()
                                                .setBatchSize(2)
                                                .setComputeInput(duration(1, 1))
                                                .setComputeInfer(duration(1, 2))
                                                .setComputeOutput(duration(1, 3))))
                                .build()));
    }

    static Stream<Arguments> repository() {
        return Stream.of(
                arguments(
                        "0a 06 'models' 10 01",
                        RepositoryIndexRequest.newBuilder()
                                .setRepositoryName("models")
                                .setReady(true)
                                .build()),
                arguments(
                        "0a 1d 0a 01 'm' 12 01 '1' 1a 0b 'UNAVAILABLE' 22 08 'unloaded'",
                        RepositoryIndexResponse.newBuilder()
                                .addModels(ModelIndex.newBuilder()
                                        .setName("m")
                                        .setVersion("1")
                                        .setState("UNAVAILABLE")
                                        .setReason("unloaded"))
                                .build()),
                arguments(
                        "08 01",
                        ModelRepositoryParameter.newBuilder().setBoolParam(true).build()),
                arguments(
                        "10 07",
                        ModelRepositoryParameter.newBuilder().setInt64Param(7).build()),
                arguments(
                        "1a 02 '{}'",
                        ModelRepositoryParameter.newBuilder()
                                .setStringParam("{}")
                                .build()),
                arguments(
                        "22 01 ff",
                        ModelRepositoryParameter.newBuilder()
                                .setBytesParam(ByteString.copyFrom(new byte[] {-1}))
                                .build()),
                arguments(
                        "0a 06 'models' 12 01 'm' 1a 0e 0a 06 'config' 12 04 1a 02 '{}'",
                        RepositoryModelLoadRequest.newBuilder()
                                .setRepositoryName("models")
                                .setModelName("m")
                                .putParameters(
                                        "config",
                                        ModelRepositoryParameter.newBuilder()
                                                .setStringParam("{}")
                                                .build())
                                .build()),
                arguments("", RepositoryModelLoadResponse.getDefaultInstance()),
                arguments(
                        "0a 06 'models' 12 01 'm' 1a 17 0a 11 'unload_dependents' 12 02 08 00",
                        RepositoryModelUnloadRequest.newBuilder()
                                .setRepositoryName("models")
                                .setModelName("m")
                                .putParameters(
                                        "unload_dependents",
                                        ModelRepositoryParameter.newBuilder()
                                                .setBoolParam(false)
                                                .build())
                                .build()),
                arguments("", RepositoryModelUnloadResponse.getDefaultInstance()));
    }

    @ParameterizedTest
    @MethodSource({"core", "inference", "configuration", "statistics", "repository"})
    void everyMessageHasItsBytesInBothDirections(String bytes, Message message) throws Exception {
        assertThat(HexFormat.ofDelimiter(" ").formatHex(message.toByteArray()))
                .isEqualTo(HexFormat.ofDelimiter(" ").formatHex(WireBytes.of(bytes)));
        assertThat(message.getParserForType().parseFrom(WireBytes.of(bytes))).isEqualTo(message);
    }

    @Test
    void repeatedNumbersMayComeOneByOne() throws InvalidProtocolBufferException {
        assertThat(InferInputTensor.parseFrom(WireBytes.of("18 01 18 04")).getShapeList())
                .containsExactly(1L, 4L);
    }

    @Test
    void fieldsThatTiergateDoesNotKnowArePassedOver() throws InvalidProtocolBufferException {
        // Field 100, as a later version of the protocol might have it.
        assertThat(ModelReadyRequest.parseFrom(WireBytes.of("0a 01 'm' a2 06 03 'new'"))
                        .getName())
                .isEqualTo("m");
    }

    private static ModelInferResponse.Builder response() {
        return ModelInferResponse.newBuilder()
                .setModelName("m")
                .setModelVersion("1")
                .setId("r7")
                .putParameters(
                        "tiergate.decision",
                        InferParameter.newBuilder().setStringParam("ACCEPTED").build())
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName("logits")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(1))
                .addRawOutputContents(ONE);
    }

    private static StatisticDuration duration(long count, long nanos) {
        return StatisticDuration.newBuilder().setCount(count).setNs(nanos).build();
    }
}
