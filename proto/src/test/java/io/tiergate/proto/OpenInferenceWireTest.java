package io.tiergate.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.OpenInference;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, numbers and types that every client of the Open Inference Protocol v2 relies on. */
class OpenInferenceWireTest {
    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of("ServerLiveRequest", ""),
                Arguments.of("ServerLiveResponse", "live=1:BOOL"),
                Arguments.of("ServerReadyRequest", ""),
                Arguments.of("ServerReadyResponse", "ready=1:BOOL"),
                Arguments.of("ModelReadyRequest", "name=1:STRING version=2:STRING"),
                Arguments.of("ModelReadyResponse", "ready=1:BOOL"),
                Arguments.of("ServerMetadataRequest", ""),
                Arguments.of("ServerMetadataResponse", "extensions=3:STRING* name=1:STRING version=2:STRING"),
                Arguments.of("ModelMetadataRequest", "name=1:STRING version=2:STRING"),
                Arguments.of(
                        "ModelMetadataResponse",
                        "inputs=4:MESSAGE* name=1:STRING outputs=5:MESSAGE* platform=3:STRING properties=6:MESSAGE* versions=2:STRING*"),
                Arguments.of("ModelMetadataResponse.TensorMetadata", "datatype=2:STRING name=1:STRING shape=3:INT64*"),
                Arguments.of(
                        "InferParameter",
                        "bool_param=1:BOOL double_param=4:DOUBLE int64_param=2:INT64 string_param=3:STRING uint64_param=5:UINT64"),
                Arguments.of(
                        "InferTensorContents",
                        "bool_contents=1:BOOL* bytes_contents=8:BYTES* fp32_contents=6:FLOAT* fp64_contents=7:DOUBLE* int64_contents=3:INT64*"
                                + " int_contents=2:INT32* uint64_contents=5:UINT64* uint_contents=4:UINT32*"),
                Arguments.of(
                        "ModelInferRequest",
                        "id=3:STRING inputs=5:MESSAGE* model_name=1:STRING model_version=2:STRING outputs=6:MESSAGE* parameters=4:MESSAGE*"
                                + " raw_input_contents=7:BYTES*"),
                Arguments.of(
                        "ModelInferRequest.InferInputTensor",
                        "contents=5:MESSAGE datatype=2:STRING name=1:STRING parameters=4:MESSAGE* shape=3:INT64*"),
                Arguments.of("ModelInferRequest.InferRequestedOutputTensor", "name=1:STRING parameters=2:MESSAGE*"),
                Arguments.of(
                        "ModelInferResponse",
                        "id=3:STRING model_name=1:STRING model_version=2:STRING outputs=5:MESSAGE* parameters=4:MESSAGE*"
                                + " raw_output_contents=6:BYTES*"),
                Arguments.of(
                        "ModelInferResponse.InferOutputTensor",
                        "contents=5:MESSAGE datatype=2:STRING name=1:STRING parameters=4:MESSAGE* shape=3:INT64*"),
                Arguments.of("ModelStreamInferResponse", "error_message=1:STRING infer_response=2:MESSAGE"));
    }

    static Stream<Arguments> extensions() {
        return Stream.of(
                Arguments.of("ModelConfigRequest", "name=1:STRING version=2:STRING"),
                Arguments.of("ModelConfigResponse", "config=1:MESSAGE"),
                Arguments.of(
                        "ModelConfig",
                        "backend=17:STRING default_model_filename=8:STRING dynamic_batching=11:MESSAGE input=5:MESSAGE*"
                                + " instance_group=7:MESSAGE* max_batch_size=4:INT32 name=1:STRING output=6:MESSAGE*"
                                + " platform=2:STRING version_policy=3:MESSAGE"),
                Arguments.of("ModelInput", "data_type=2:ENUM dims=4:INT64* name=1:STRING"),
                Arguments.of("ModelOutput", "data_type=2:ENUM dims=3:INT64* name=1:STRING"),
                Arguments.of("ModelVersionPolicy", "latest=1:MESSAGE"),
                Arguments.of("ModelVersionPolicy.Latest", "num_versions=1:UINT32"),
                Arguments.of("ModelInstanceGroup", "count=2:INT32 kind=4:ENUM name=1:STRING"),
                Arguments.of(
                        "ModelDynamicBatching",
                        "max_queue_delay_microseconds=2:UINT64 preferred_batch_size=1:INT32* preserve_ordering=3:BOOL"),
                Arguments.of("ModelStatisticsRequest", "name=1:STRING version=2:STRING"),
                Arguments.of("ModelStatisticsResponse", "model_stats=1:MESSAGE*"),
                Arguments.of(
                        "ModelStatistics",
                        "batch_stats=7:MESSAGE* execution_count=5:UINT64 inference_count=4:UINT64 inference_stats=6:MESSAGE"
                                + " last_inference=3:UINT64 name=1:STRING version=2:STRING"),
                Arguments.of(
                        "InferStatistics",
                        "compute_infer=5:MESSAGE compute_input=4:MESSAGE compute_output=6:MESSAGE fail=2:MESSAGE queue=3:MESSAGE"
                                + " success=1:MESSAGE"),
                Arguments.of(
                        "InferBatchStatistics",
                        "batch_size=1:UINT64 compute_infer=3:MESSAGE compute_input=2:MESSAGE compute_output=4:MESSAGE"),
                Arguments.of("StatisticDuration", "count=1:UINT64 ns=2:UINT64"),
                Arguments.of("RepositoryIndexRequest", "ready=2:BOOL repository_name=1:STRING"),
                Arguments.of("RepositoryIndexResponse", "models=1:MESSAGE*"),
                Arguments.of(
                        "RepositoryIndexResponse.ModelIndex",
                        "name=1:STRING reason=4:STRING state=3:STRING version=2:STRING"),
                Arguments.of(
                        "RepositoryModelLoadRequest",
                        "model_name=2:STRING parameters=3:MESSAGE* repository_name=1:STRING"),
                Arguments.of("RepositoryModelLoadResponse", ""),
                Arguments.of(
                        "RepositoryModelUnloadRequest",
                        "model_name=2:STRING parameters=3:MESSAGE* repository_name=1:STRING"),
                Arguments.of("RepositoryModelUnloadResponse", ""),
                Arguments.of(
                        "ModelRepositoryParameter",
                        "bool_param=1:BOOL bytes_param=4:BYTES int64_param=2:INT64 string_param=3:STRING"));
    }

    @Test
    void elementTypesHaveTheProtocolsNumbers() {
        assertThat(numbers(OpenInference.getDescriptor().findEnumTypeByName("DataType")))
                .isEqualTo(
                        "TYPE_INVALID=0 TYPE_BOOL=1 TYPE_UINT8=2 TYPE_UINT16=3 TYPE_UINT32=4 TYPE_UINT64=5 TYPE_INT8=6"
                                + " TYPE_INT16=7 TYPE_INT32=8 TYPE_INT64=9 TYPE_FP16=10 TYPE_FP32=11 TYPE_FP64=12 TYPE_STRING=13"
                                + " TYPE_BF16=14");
        assertThat(numbers(find("ModelInstanceGroup").findEnumTypeByName("Kind")))
                .isEqualTo("KIND_AUTO=0 KIND_GPU=1 KIND_CPU=2 KIND_MODEL=3");
    }

    private static String numbers(EnumDescriptor type) {
        return type.getValues().stream()
                .map(value -> value.getName() + "=" + value.getNumber())
                .collect(Collectors.joining(" "));
    }

    @Test
    void everyMessageOfTheFileIsPinnedHere() {
        assertThat(Stream.concat(messages(), extensions())
                        .map(arguments -> ((String) arguments.get()[0]).split("\\.", -1)[0])
                        .collect(Collectors.toSet()))
                .isEqualTo(OpenInference.getDescriptor().getMessageTypes().stream()
                        .map(Descriptor::getName)
                        .collect(Collectors.toSet()));
    }

    /** Debian's protoc, with which some clients are generated, is older than proto3's optional. */
    @Test
    void noFieldIsOptional() {
        assertThat(OpenInference.getDescriptor().getMessageTypes())
                .allSatisfy(message -> assertThat(message.getFields())
                        .noneMatch(field -> field.toProto().getProto3Optional()));
    }

    @ParameterizedTest
    @MethodSource({"messages", "extensions"})
    void everyFieldHasTheProtocolsNameNumberAndType(String message, String fields) {
        assertThat(fields(find(message))).isEqualTo(fields);
    }

    @Test
    void theServiceIsCalledAsTheProtocolCallsIt() {
        assertThat(GRPCInferenceServiceGrpc.SERVICE_NAME).isEqualTo("inference.GRPCInferenceService");
        assertThat(OpenInference.getDescriptor().findServiceByName("GRPCInferenceService").getMethods().stream()
                        .map(MethodDescriptor::getName))
                .containsExactlyInAnyOrder(
                        "ServerLive",
                        "ServerReady",
                        "ModelReady",
                        "ServerMetadata",
                        "ModelMetadata",
                        "ModelInfer",
                        "ModelStreamInfer",
                        "ModelConfig",
                        "ModelStatistics",
                        "RepositoryIndex",
                        "RepositoryModelLoad",
                        "RepositoryModelUnload");
        MethodDescriptor stream = OpenInference.getDescriptor()
                .findServiceByName("GRPCInferenceService")
                .findMethodByName("ModelStreamInfer");
        assertThat(stream.isClientStreaming() && stream.isServerStreaming()).isTrue();
    }

    private static Descriptor find(String name) {
        String[] parts = name.split("\\.", -1);
        Descriptor found = OpenInference.getDescriptor().findMessageTypeByName(parts[0]);
        return parts.length == 1 ? found : found.findNestedTypeByName(parts[1]);
    }

    private static String fields(Descriptor message) {
        Map<String, String> described = new TreeMap<>();
        for (FieldDescriptor field : message.getFields()) {
            described.put(field.getName(), field.getNumber() + ":" + field.getType() + (field.isRepeated() ? "*" : ""));
        }
        StringBuilder text = new StringBuilder();
        described.forEach((name, rest) ->
                text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(rest));
        return text.toString();
    }
}
