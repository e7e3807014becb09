package io.tiergate.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.inference.DataType;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.ModelConfig;
import io.tiergate.proto.inference.ModelConfigRequest;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInput;
import io.tiergate.proto.inference.ModelInstanceGroup;
import io.tiergate.proto.inference.ModelOutput;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ModelRepositoryParameter;
import io.tiergate.proto.inference.ModelStatistics;
import io.tiergate.proto.inference.ModelStatisticsRequest;
import io.tiergate.proto.inference.RepositoryIndexRequest;
import io.tiergate.proto.inference.RepositoryIndexResponse.ModelIndex;
import io.tiergate.proto.inference.RepositoryModelLoadRequest;
import io.tiergate.proto.inference.RepositoryModelUnloadRequest;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.serving.testing.Requests;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the protocol's extensions say of models, and do with them. */
class ModelAnswersTest {
    @TempDir
    private Path folder;

    private Path models;
    private ProtocolServer server;
    private GRPCInferenceServiceBlockingStub client;

    @BeforeEach
    void start() throws IOException {
        models = folder.resolve("models");
        for (String model : List.of("tiny-edge", "tiny-unbatched", "every-type")) {
            TestModels.copyTo("tiny", model, models);
        }
        TestModels.copyTo("broken", "not-onnx", models);
        server = new ProtocolServer(models, ModelControlMode.EXPLICIT, 2, false);
        client = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theConfigurationLeavesTheBatchDimensionToTheBatchSize() {
        ModelConfig config = config("tiny-edge");
        assertThat(config.getName()).isEqualTo("tiny-edge");
        assertThat(config.getPlatform()).isEqualTo("onnxruntime_onnx");
        assertThat(config.getBackend()).isEqualTo("onnxruntime");
        assertThat(config.getMaxBatchSize()).isEqualTo(64);
        assertThat(config.getInput(0))
                .isEqualTo(ModelInput.newBuilder()
                        .setName("x")
                        .setDataType(DataType.TYPE_FP32)
                        .addDims(4)
                        .build());
        assertThat(config.getOutput(0))
                .isEqualTo(ModelOutput.newBuilder()
                        .setName("logits")
                        .setDataType(DataType.TYPE_FP32)
                        .addDims(3)
                        .build());
        assertThat(config.getDefaultModelFilename()).isEqualTo("model.onnx");
        assertThat(config.getVersionPolicy().getLatest().getNumVersions()).isEqualTo(1);
        assertThat(config.getInstanceGroupList())
                .containsExactly(ModelInstanceGroup.newBuilder()
                        .setName("tiny-edge_0")
                        .setCount(2)
                        .setKind(ModelInstanceGroup.Kind.KIND_CPU)
                        .build());
        assertThat(config.hasDynamicBatching())
                .as("requests are joined into one run")
                .isFalse();
    }

    @Test
    void aModelWithoutBatchDimensionHasNoBatchSizeAndAllItsSizes() {
        ModelConfig config = config("tiny-unbatched");
        assertThat(config.getMaxBatchSize()).isZero();
        assertThat(config.getInput(0).getDimsList()).containsExactly(3L);
        assertThat(config.getOutput(0).getDimsList()).containsExactly(3L);
    }

    @Test
    void everyElementTypeHasItsNameInTheConfiguration() {
        assertThat(config("every-type").getOutputList())
                .extracting(ModelOutput::getName, ModelOutput::getDataType)
                .allSatisfy(pair -> {
                    String type = ((String) pair.toList().get(0))
                            .replace("_out", "")
                            .replace("bytes", "string")
                            .toUpperCase(java.util.Locale.ROOT);
                    assertThat(pair.toList().get(1)).hasToString("TYPE_" + type);
                });
    }

    @Test
    void statisticsAreOfOneModelOrOfAll() {
        assertThat(client.modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                        .getModelStatsList())
                .as("models that nobody has called are there too")
                .extracting(ModelStatistics::getName)
                .containsExactly("every-type", "tiny-edge", "tiny-unbatched");
        client.modelInfer(Requests.raw("tiny-edge", 2));
        client.modelInfer(Requests.raw("tiny-edge", 2));
        client.modelInfer(Requests.raw("tiny-edge", 1));

        ModelStatistics statistics = statistics("tiny-edge");
        assertThat(statistics.getVersion()).isEqualTo("1");
        assertThat(statistics.getInferenceCount()).isEqualTo(5);
        assertThat(statistics.getExecutionCount()).isEqualTo(3);
        assertThat(statistics.getLastInference()).isPositive();
        assertThat(statistics.getInferenceStats().getSuccess().getCount()).isEqualTo(3);
        assertThat(statistics.getInferenceStats().getSuccess().getNs()).isPositive();
        assertThat(statistics.getInferenceStats().getQueue().getCount()).isEqualTo(3);
        assertThat(statistics.getInferenceStats().getComputeInfer().getNs()).isPositive();
        assertThat(statistics.getInferenceStats().getFail().getCount()).isZero();
        assertThat(statistics.getBatchStatsList())
                .extracting(batch -> batch.getBatchSize(), batch -> batch.getComputeInfer()
                        .getCount())
                .containsExactly(tuple(1L, 1L), tuple(2L, 2L));
        assertThat(statistics("tiny-unbatched").getExecutionCount()).isZero();
    }

    @Test
    void countersGoOnWhereTheyWereAfterUnloadingAndLoading() {
        client.modelInfer(Requests.raw("tiny-edge", 1));
        unload("tiny-edge");
        assertThat(statistics("tiny-edge").getInferenceCount()).isEqualTo(1);
        load("tiny-edge");
        client.modelInfer(Requests.raw("tiny-edge", 1));
        assertThat(statistics("tiny-edge").getInferenceCount()).isEqualTo(2);
    }

    @Test
    void theIndexShowsWhatIsServedAndWhyTheRestIsNot() {
        unload("tiny-unbatched");
        List<ModelIndex> index = client.repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                .getModelsList();
        assertThat(index)
                .extracting(ModelIndex::getName, ModelIndex::getVersion, ModelIndex::getState)
                .containsExactly(
                        tuple("every-type", "1", "READY"),
                        tuple("not-onnx", "1", "UNAVAILABLE"),
                        tuple("tiny-edge", "1", "READY"),
                        tuple("tiny-unbatched", "1", "UNAVAILABLE"));
        assertThat(index.get(1).getReason()).contains("it is no ONNX file");
        assertThat(index.get(3).getReason()).isEqualTo("unloaded");
        assertThat(client.repositoryIndex(RepositoryIndexRequest.newBuilder()
                                .setRepositoryName(models.toString())
                                .setReady(true)
                                .build())
                        .getModelsList())
                .extracting(ModelIndex::getName)
                .containsExactly("every-type", "tiny-edge");
    }

    @Test
    void anUnloadedModelAnswersNothingUntilItIsLoadedAgain() {
        unload("tiny-edge");
        assertFails(
                () -> client.modelInfer(Requests.raw("tiny-edge", 1)),
                Status.Code.UNAVAILABLE,
                "Request for unknown model: 'tiny-edge' is not at ready state: tiny-edge/1: unloaded");
        assertThat(ready("tiny-edge")).isFalse();
        load("tiny-edge");
        assertThat(client.modelInfer(Requests.raw("tiny-edge", 1)).getModelVersion())
                .isEqualTo("1");
        assertThat(ready("tiny-edge")).isTrue();
    }

    @Test
    void aModelThatCannotBeLoadedSaysWhy() {
        assertFails(
                () -> load("not-onnx"),
                Status.Code.INVALID_ARGUMENT,
                "load failed for model 'not-onnx': version 1: model.onnx cannot be loaded by ONNX Runtime: it is no ONNX file");
        assertFails(() -> load("nobody"), Status.Code.NOT_FOUND, "Request for unknown model: 'nobody' is not found");
        assertFails(() -> unload("nobody"), Status.Code.NOT_FOUND, "Request for unknown model: 'nobody' is not found");
    }

    @Test
    void parametersOfRepositoryCallsAreReadOrRefusedButNeverPassedOver() {
        client.repositoryModelUnload(unloading("tiny-edge")
                .putParameters(
                        "unload_dependents",
                        ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
                .build());
        assertThat(ready("tiny-edge")).isFalse();
        ModelRepositoryParameter text =
                ModelRepositoryParameter.newBuilder().setStringParam("{}").build();
        for (String parameter : List.of("config", "file:1/model.onnx")) {
            assertFails(
                    () -> client.repositoryModelLoad(
                            loading("tiny-edge").putParameters(parameter, text).build()),
                    Status.Code.UNIMPLEMENTED,
                    "parameter '" + parameter + "' is not implemented; change the model's folder and load it again");
        }
        assertFails(
                () -> client.repositoryModelLoad(
                        loading("tiny-edge").putParameters("speed", text).build()),
                Status.Code.INVALID_ARGUMENT,
                "parameter 'speed' is unrecognized here (expected: none)");
        assertFails(
                () -> client.repositoryModelUnload(unloading("tiny-unbatched")
                        .putParameters("unload_dependents", text)
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "parameter 'unload_dependents' is unrecognized here (expected: unload_dependents as a bool_param)");
        assertFails(
                () -> client.repositoryIndex(RepositoryIndexRequest.newBuilder()
                        .setRepositoryName("elsewhere")
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "repository_name 'elsewhere' (expected: empty");
    }

    @ParameterizedTest
    @EnumSource(names = "EXPLICIT", mode = EnumSource.Mode.EXCLUDE)
    void nobodyLoadsOrUnloadsUnlessTheServerIsSetToLetThem(ModelControlMode mode) throws IOException {
        try (ProtocolServer fixed = new ProtocolServer(models, mode, 1, false)) {
            client = GRPCInferenceServiceGrpc.newBlockingStub(fixed.channel());
            for (ThrowingCallable call :
                    List.<ThrowingCallable>of(() -> load("tiny-edge"), () -> unload("tiny-edge"))) {
                assertFails(
                        call,
                        Status.Code.UNAVAILABLE,
                        "explicit model load / unload is not allowed: tiergate.model-control is "
                                + mode.name().toLowerCase(Locale.ROOT)
                                + " (expected: explicit");
            }
            assertThat(ready("tiny-edge")).isTrue();
        }
    }

    @Test
    void anUnknownModelIsNotReadyInPlaceOfAnErrorIfTheServerIsSetSo() throws IOException {
        assertFails(() -> ready("nobody"), Status.Code.NOT_FOUND, "Request for unknown model: 'nobody' is not found");
        try (ProtocolServer lenient = new ProtocolServer(models, ModelControlMode.NONE, 1, true)) {
            client = GRPCInferenceServiceGrpc.newBlockingStub(lenient.channel());
            assertThat(ready("nobody")).isFalse();
            assertThat(ready("tiny-edge")).isTrue();
            assertFails(
                    () -> client.modelInfer(ModelInferRequest.newBuilder()
                            .setModelName("nobody")
                            .build()),
                    Status.Code.NOT_FOUND,
                    "Request for unknown model: 'nobody' is not found");
        }
    }

    private ModelConfig config(String model) {
        return client.modelConfig(ModelConfigRequest.newBuilder().setName(model).build())
                .getConfig();
    }

    private ModelStatistics statistics(String model) {
        return client.modelStatistics(
                        ModelStatisticsRequest.newBuilder().setName(model).build())
                .getModelStats(0);
    }

    private boolean ready(String model) {
        return client.modelReady(ModelReadyRequest.newBuilder().setName(model).build())
                .getReady();
    }

    private void load(String model) {
        client.repositoryModelLoad(loading(model).build());
    }

    private void unload(String model) {
        client.repositoryModelUnload(unloading(model).build());
    }

    private static RepositoryModelLoadRequest.Builder loading(String model) {
        return RepositoryModelLoadRequest.newBuilder().setModelName(model);
    }

    private static RepositoryModelUnloadRequest.Builder unloading(String model) {
        return RepositoryModelUnloadRequest.newBuilder().setModelName(model);
    }

    private static void assertFails(ThrowingCallable call, Status.Code code, String words) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure.getStatus().getCode()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }
}
