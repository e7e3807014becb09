package io.tiergate.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.OpenInference;
import java.util.Map;
import java.util.TreeMap;
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
                        "contents=5:MESSAGE datatype=2:STRING name=1:STRING parameters=4:MESSAGE* shape=3:INT64*"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyFieldHasTheProtocolsNameNumberAndType(String message, String fields) {
        assertThat(fields(find(message))).isEqualTo(fields);
    }

    @Test
    void theServiceIsCalledAsTheProtocolCallsIt() {
        assertThat(GRPCInferenceServiceGrpc.SERVICE_NAME).isEqualTo("inference.GRPCInferenceService");
        assertThat(OpenInference.getDescriptor().findServiceByName("GRPCInferenceService").getMethods().stream()
                        .map(MethodDescriptor::getName))
                .containsExactlyInAnyOrder(
                        "ServerLive", "ServerReady", "ModelReady", "ServerMetadata", "ModelMetadata", "ModelInfer");
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
