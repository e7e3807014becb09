package io.tiergate.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelConfigRequest;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ModelStatisticsRequest;
import io.tiergate.proto.inference.RepositoryModelLoadRequest;
import io.tiergate.proto.inference.RepositoryModelUnloadRequest;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.serving.testing.Requests;
import io.tiergate.testing.TestModels;
import io.tiergate.testing.wire.RawCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a call can fail, with its code and the words that clients look for. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ErrorTableTest {
    private static final Metadata.Key<String> RETRY_PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    @TempDir
    private static Path folder;

    private static ProtocolServer server;
    private static GRPCInferenceServiceBlockingStub client;

    private final CountDownLatch gate = new CountDownLatch(1);

    @BeforeAll
    static void start() throws IOException {
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        TestModels.copyTo("broken", "not-onnx", models);
        TestModels.copyTo("kinds", "two-inputs", models);
        Path fragile = TestModels.copyTo("fragile", folder.resolve("fragile"));
        Files.copy(
                fragile.resolve("fragile-ensemble/1/members/c.onnx"),
                Files.createDirectories(models.resolve("fragile/1")).resolve("model.onnx"));
        server = new ProtocolServer(models, ModelControlMode.NONE, 1, false);
        client = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());
    }

    @AfterEach
    void openTheGate() {
        gate.countDown();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Row(
            String name, Consumer<GRPCInferenceServiceBlockingStub> call, Status.Code code, List<String> words) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> lookUps() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(
                everyLookUp("nobody", "", Status.Code.NOT_FOUND, "Request for unknown model: 'nobody' is not found"));
        rows.addAll(everyLookUp(
                "tiny-edge",
                "7",
                Status.Code.NOT_FOUND,
                "Request for unknown model: 'tiny-edge' version 7 is not found (served: version 1)"));
        rows.addAll(everyLookUp(
                "tiny-edge",
                "latest",
                Status.Code.INVALID_ARGUMENT,
                "model version 'latest' of 'tiny-edge' (expected: a positive integer, or empty)"));
        rows.addAll(everyLookUp(
                "tiny-edge",
                "0",
                Status.Code.INVALID_ARGUMENT,
                "model version '0' of 'tiny-edge' (expected: a positive"));
        // ModelReady answers for this one, with false.
        rows.addAll(everyLookUp(
                        "not-onnx",
                        "",
                        Status.Code.UNAVAILABLE,
                        "Request for unknown model: 'not-onnx' is not at ready state: not-onnx/1: model.onnx cannot be loaded")
                .subList(0, 3));
        rows.add(row(
                "statistics of an unknown model",
                stub -> stub.modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName("nobody").build()),
                Status.Code.INVALID_ARGUMENT,
                "requested model 'nobody' is not available"));
        rows.add(row(
                "statistics of an unknown version",
                stub -> stub.modelStatistics(ModelStatisticsRequest.newBuilder()
                        .setName("tiny-edge")
                        .setVersion("7")
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "requested model 'tiny-edge' is not available in version '7'"));
        return rows.stream();
    }

    private static List<Row> everyLookUp(String model, String version, Status.Code code, String words) {
        String name = "'" + model + "' version '" + version + "': ";
        return List.of(
                row(
                        name + "ModelInfer",
                        stub -> stub.modelInfer(Requests.raw(model, 1).toBuilder()
                                .setModelVersion(version)
                                .build()),
                        code,
                        words),
                row(
                        name + "ModelMetadata",
                        stub -> stub.modelMetadata(ModelMetadataRequest.newBuilder()
                                .setName(model)
                                .setVersion(version)
                                .build()),
                        code,
                        words),
                row(
                        name + "ModelConfig",
                        stub -> stub.modelConfig(ModelConfigRequest.newBuilder()
                                .setName(model)
                                .setVersion(version)
                                .build()),
                        code,
                        words),
                row(
                        name + "ModelReady",
                        stub -> stub.modelReady(ModelReadyRequest.newBuilder()
                                .setName(model)
                                .setVersion(version)
                                .build()),
                        code,
                        words));
    }

    static Stream<Row> tensors() {
        return Stream.of(
                refused(
                        "missing input",
                        edge().clearInputs().clearRawInputContents(),
                        "inputs [] (expected: [x], from model 'tiny-edge')"),
                refused(
                        "unknown input",
                        edge().addInputs(input("y", "FP32", 1, 4)).addRawInputContents(bytes(16)),
                        "inputs [x, y] (expected: [x], from model 'tiny-edge')"),
                refused(
                        "input given twice",
                        edge().addInputs(input("x", "FP32", 1, 4)).addRawInputContents(bytes(16)),
                        "input 'x' is given twice for model 'tiny-edge'"),
                refused(
                        "unknown outputs",
                        edge().addOutputs(output("b")).addOutputs(output("a")),
                        "outputs [a, b] are unknown (expected: of [logits], from model 'tiny-edge')"),
                refused(
                        "output asked for twice",
                        edge().addOutputs(output("logits")).addOutputs(output("logits")),
                        "output 'logits' is asked for twice of model 'tiny-edge'"),
                refused(
                        "wrong datatype",
                        edge().setInputs(0, input("x", "INT32", 1, 4)),
                        "x: datatype INT32 (expected: FP32, from model 'tiny-edge')"),
                refused(
                        "datatype with a prefix",
                        edge().setInputs(0, input("x", "TYPE_FP32", 1, 4)),
                        "x: datatype 'TYPE_FP32' (expected one of: [BOOL,",
                        "without the prefix TYPE_"),
                refused(
                        "wrong shape",
                        edge().setInputs(0, input("x", "FP32", 2, 2)),
                        "x: shape [2, 2] (expected: [-1, 4], from model 'tiny-edge')"),
                refused(
                        "shape with a free size",
                        edge().setInputs(0, input("x", "FP32", -1, 4)),
                        "x: shape [-1, 4] (expected: concrete sizes of zero or more)"),
                refused(
                        "shape beyond counting",
                        edge().setInputs(0, input("x", "FP32", Long.MAX_VALUE, 4)),
                        "x: shape [9223372036854775807, 4] has more elements than can be counted"),
                refused(
                        "batch of no rows",
                        edge().setInputs(0, input("x", "FP32", 0, 4)).setRawInputContents(0, bytes(0)),
                        "x: batch of 0 rows (expected: at least 1, for model 'tiny-edge')"),
                refused(
                        "batch mismatch",
                        ModelInferRequest.newBuilder()
                                .setModelName("two-inputs")
                                .addInputs(input("a", "FP32", 2, 3))
                                .addInputs(input("b", "FP32", 1, 3))
                                .addRawInputContents(bytes(24))
                                .addRawInputContents(bytes(12)),
                        "b: batch of 1 rows (expected: 2 as in a, for model 'two-inputs')"),
                refused(
                        "raw bytes short",
                        edge().setRawInputContents(0, bytes(15)),
                        "x: 15 bytes (expected: 16, for datatype FP32 and shape [1, 4])"),
                refused(
                        "raw entries in excess",
                        edge().addRawInputContents(bytes(16)),
                        "raw_input_contents: 2 entries (expected: 1, one per input)"),
                refused(
                        "raw and typed",
                        edge().setInputs(0, input("x", "FP32", 1, 4).setContents(floats(1, 2, 3, 4))),
                        "x: has contents although raw_input_contents is used"),
                refused(
                        "wrong typed field",
                        typed(input("x", "FP32", 1, 4)
                                .setContents(InferTensorContents.newBuilder().addFp64Contents(1))),
                        "x: contents in [fp64_contents] (expected: fp32_contents, for datatype FP32)"),
                refused(
                        "typed elements missing",
                        typed(input("x", "FP32", 1, 4).setContents(floats(1, 2))),
                        "x: 2 elements in fp32_contents (expected: 4, for shape [1, 4])"),
                refused("no data", typed(input("x", "FP32", 1, 4)), "x: 0 elements in fp32_contents (expected: 4"),
                refused(
                        "typed value out of range",
                        everyType(input("int8_in", "INT8", 1, 2)
                                .setContents(InferTensorContents.newBuilder()
                                        .addIntContents(1)
                                        .addIntContents(128))),
                        "int8_in: value 128 (expected: -128 to 127, for datatype INT8)"),
                refused(
                        "no typed field for half precision",
                        everyType(input("fp16_in", "FP16", 1, 2).setContents(floats(1, 2))),
                        "fp16_in: datatype FP16 has no typed field (expected: raw_input_contents)"),
                refused(
                        "bad framing of BYTES",
                        ModelInferRequest.newBuilder()
                                .setModelName("every-type")
                                .addInputs(input("bytes_in", "BYTES", 1, 2))
                                .addRawInputContents(bytes(3)),
                        "bytes_in: 3 bytes left at offset 0 (expected: a 4-byte length and its element)"));
    }

    static Stream<Row> options() {
        InferParameter text = InferParameter.newBuilder().setStringParam("x").build();
        InferParameter one = InferParameter.newBuilder().setInt64Param(1).build();
        return Stream.of(
                refused(
                        "wrong type of a parameter",
                        edge().putParameters("timeout", text),
                        "parameter 'timeout': string_param: \"x\" (expected: microseconds as an int64_param"),
                refused(
                        "reserved parameter",
                        edge().putParameters("triton_x", text),
                        "parameter 'triton_x': names with the prefix triton_ are reserved"),
                refused(
                        "classes as text",
                        edge().addOutputs(output("logits").putParameters("classification", text)),
                        "parameter 'classification': string_param: \"x\" (expected: an int64_param of 1 or more, for output 'logits')"),
                refused(
                        "no classes",
                        edge().addOutputs(output("logits")
                                .putParameters(
                                        "classification",
                                        InferParameter.newBuilder()
                                                .setInt64Param(0)
                                                .build())),
                        "parameter 'classification': int64_param: 0 (expected: an int64_param of 1 or more"),
                refused(
                        "classes of what is no number",
                        ModelInferRequest.newBuilder()
                                .setModelName("every-type")
                                .addOutputs(output("bool_out").putParameters("classification", one)),
                        "output 'bool_out' of model 'every-type' holds BOOL (expected: numbers, to be classified)"),
                row(
                        "input in shared memory",
                        infer(edge().setInputs(
                                        0, input("x", "FP32", 1, 4).putParameters("shared_memory_region", text))),
                        Status.Code.UNIMPLEMENTED,
                        "parameter 'shared_memory_region' is not implemented"),
                row(
                        "output in shared memory",
                        infer(edge().addOutputs(output("logits").putParameters("shared_memory_byte_size", one))),
                        Status.Code.UNIMPLEMENTED,
                        "parameter 'shared_memory_byte_size' is not implemented"),
                row(
                        "loading",
                        stub -> stub.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                                .setModelName("tiny-edge")
                                .build()),
                        Status.Code.UNAVAILABLE,
                        "load / unload is not allowed",
                        "tiergate.model-control"),
                row(
                        "unloading",
                        stub -> stub.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                                .setModelName("tiny-edge")
                                .build()),
                        Status.Code.UNAVAILABLE,
                        "load / unload is not allowed",
                        "tiergate.model-control"),
                row(
                        "message over the limit",
                        infer(edge().setRawInputContents(0, bytes(2 << 20))),
                        Status.Code.RESOURCE_EXHAUSTED,
                        "1048576"),
                row(
                        "spent deadline",
                        stub -> stub.withDeadlineAfter(-1, TimeUnit.SECONDS).modelInfer(edge().build()),
                        Status.Code.DEADLINE_EXCEEDED,
                        ""),
                row(
                        "a call that is not there",
                        stub -> ClientCalls.blockingUnaryCall(
                                stub.getChannel(),
                                RawCalls.unary("inference.GRPCInferenceService/SystemSharedMemoryStatus"),
                                CallOptions.DEFAULT,
                                new byte[0]),
                        Status.Code.UNIMPLEMENTED,
                        "inference.GRPCInferenceService/SystemSharedMemoryStatus"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lookUps", "tensors", "options"})
    void aFailureHasItsCodeAndWordsAndTheNextCallIsServed(Row row) {
        Status status = failure(() -> row.call().accept(client)).getStatus();
        assertThat(status.getCode()).as(status.toString()).isEqualTo(row.code());
        assertThat(status.getDescription()).contains(row.words());
        assertThat(client.modelInfer(edge().build()).getOutputsCount()).isEqualTo(1);
    }

    @Test
    void aFullQueueRefusesAtOnceAndSaysWhenToComeBack() throws Exception {
        server.holdThread(gate);
        var waiting = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
        List<ListenableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(waiting.modelInfer(edge().build()));
        }
        await().until(() -> server.pool().waiting() == 40);
        StatusRuntimeException failure = failure(() -> client.modelInfer(edge().build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.getStatus().getDescription()).startsWith("Exceeds maximum queue size: up to 40 requests");
        assertThat(failure.getTrailers().get(RETRY_PUSHBACK)).isEqualTo("50");
        gate.countDown();
        for (var call : calls) {
            call.get();
        }
    }

    @Test
    void whatExpiresInTheQueueIsUnavailable() throws Exception {
        server.holdThread(gate);
        StatusRuntimeException failure = failure(() -> client.modelInfer(edge().putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(1000).build())
                .build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.getStatus().getDescription())
                .startsWith("Request timeout expired: it did not get its turn within its 'timeout' of 1000 µs");
        assertThat(failure.getTrailers().get(RETRY_PUSHBACK)).isEqualTo("50");
    }

    @Test
    void aDeadlineThatPassesInTheQueueTakesTheCallOutOfIt() throws Exception {
        server.holdThread(gate);
        StatusRuntimeException failure = failure(
                () -> client.withDeadlineAfter(200, TimeUnit.MILLISECONDS).modelInfer(edge().build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        await().until(() -> server.pool().waiting() == 0);
    }

    @Test
    void aClientThatCancelsTakesItsCallOutOfTheQueue() throws Exception {
        server.holdThread(gate);
        var call = GRPCInferenceServiceGrpc.newFutureStub(server.channel()).modelInfer(edge().build());
        await().until(() -> server.pool().waiting() == 1);
        call.cancel(true);
        await().until(() -> server.pool().waiting() == 0);
    }

    @Test
    void aModelThatFailsIsInternalWithAnIdForTheLogAndNothingElse() {
        Status status = failure(() -> client.modelInfer(
                        Requests.raw("fragile", new float[] {0, 0, 0, 1}).build()))
                .getStatus();
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription())
                .matches(
                        "The model failed on these inputs, error [0-9a-f-]{36}\\. The server's log has the details under this id\\.");
        assertThat(client.modelInfer(Requests.raw("fragile", new float[] {0, 0, 0, 0})
                                .build())
                        .getOutputsCount())
                .isEqualTo(1);
    }

    private static StatusRuntimeException failure(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call);
    }

    private static Row refused(String name, ModelInferRequest.Builder request, String... words) {
        return row(name, infer(request), Status.Code.INVALID_ARGUMENT, words);
    }

    private static Row row(
            String name, Consumer<GRPCInferenceServiceBlockingStub> call, Status.Code code, String... words) {
        return new Row(name, call, code, List.of(words));
    }

    private static Consumer<GRPCInferenceServiceBlockingStub> infer(ModelInferRequest.Builder request) {
        return stub -> stub.modelInfer(request.build());
    }

    private static ModelInferRequest.Builder edge() {
        return Requests.raw("tiny-edge", 1).toBuilder();
    }

    private static ModelInferRequest.Builder typed(InferInputTensor.Builder input) {
        return ModelInferRequest.newBuilder().setModelName("tiny-edge").addInputs(input);
    }

    private static ModelInferRequest.Builder everyType(InferInputTensor.Builder input) {
        return ModelInferRequest.newBuilder().setModelName("every-type").addInputs(input);
    }

    private static InferInputTensor.Builder input(String name, String datatype, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
        for (long size : shape) {
            input.addShape(size);
        }
        return input;
    }

    private static InferRequestedOutputTensor.Builder output(String name) {
        return InferRequestedOutputTensor.newBuilder().setName(name);
    }

    private static InferTensorContents.Builder floats(float... values) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (float value : values) {
            contents.addFp32Contents(value);
        }
        return contents;
    }

    private static ByteString bytes(int count) {
        return ByteString.copyFrom(new byte[count]);
    }
}
