package io.tiergate.cloud.inference;

import static io.tiergate.cloud.testing.Application.parameter;
import static io.tiergate.cloud.testing.Application.probabilities;
import static io.tiergate.cloud.testing.Application.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.tiergate.cloud.testing.Application;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Ports;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ServerReadyRequest;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that ask an ensemble over the gRPC port. The broker never comes: they need none. */
class DirectInferenceIT {
    @TempDir
    static Path folder;

    private static DatabaseServer database;
    private static Path models;
    private static CloudProcess cloud;
    private static Application application;

    @BeforeAll
    static void startAll() throws Exception {
        database = new DatabaseServer(folder.resolve("postgres"));
        database.start();
        models = TestModels.copyTo("tiny", folder.resolve("models"));
        TestModels.copyTo("fragile", models);
        TestModels.copyTo("broken", "member-missing", models);
        cloud = start("direct");
        application = new Application(cloud.grpcPort());
    }

    @AfterAll
    static void stopAll() throws Exception {
        if (application != null) {
            application.close();
        }
        if (cloud != null) {
            cloud.close();
        }
        if (database != null) {
            database.close();
        }
    }

    @Test
    void showsTheMembersInputsAndOneProbabilityALabel() {
        var metadata = application
                .inference()
                .modelMetadata(ModelMetadataRequest.newBuilder()
                        .setName("tiny-ensemble")
                        .build());
        assertThat(metadata.getVersionsList()).containsExactly("1");
        assertThat(metadata.getPlatform()).isEqualTo("ensemble");
        assertThat(metadata.getPropertiesOrThrow("digest")).matches("sha256:[0-9a-f]{64}");
        assertThat(metadata.getInputsList()).singleElement().satisfies(input -> {
            assertThat(input.getName()).isEqualTo("x");
            assertThat(input.getDatatype()).isEqualTo("FP32");
            assertThat(input.getShapeList()).containsExactly(-1L, 4L);
        });
        assertThat(metadata.getOutputsList()).singleElement().satisfies(output -> {
            assertThat(output.getName()).isEqualTo("probabilities");
            assertThat(output.getDatatype()).isEqualTo("FP32");
            assertThat(output.getShapeList()).containsExactly(-1L, 3L);
        });
    }

    @Test
    void answersOneRow() {
        ModelInferResponse response = infer(request("tiny-ensemble", Input.SURE_B));
        assertThat(response.getId()).isEqualTo("r1");
        assertThat(response.getModelVersion()).isEqualTo("1");
        assertThat(response.getOutputs(0).getName()).isEqualTo("probabilities");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(1L, 3L);
        // exp(10) : 1 : 1
        float sure = (float) (Math.exp(10) / (Math.exp(10) + 2));
        float other = (1 - sure) / 2;
        assertThat(probabilities(response)).containsExactly(new float[] {other, sure, other}, within(1e-6f));
        assertThat(parameter(response, "tiergate.label")).isEqualTo("b");
        assertThat(Double.parseDouble(parameter(response, "tiergate.confidence")))
                .isCloseTo(sure, within(1e-6));
        assertThat(parameter(response, "tiergate.tier")).isEqualTo("cloud");
        assertThat(parameter(response, "tiergate.reason")).isEqualTo("confident");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("false");
        assertThat(parameter(response, "tiergate.model_digest")).matches("sha256:[0-9a-f]{64}");
        assertThat(response.getParametersMap()).doesNotContainKey("tiergate.escalation_id");
    }

    @Test
    void judgesEveryRowOfABatchOnItsOwn() {
        ModelInferResponse response =
                infer(request("tiny-ensemble", Input.SURE_B, Input.UNSURE, Input.DEGRADED_A, Input.WITHOUT_QUORUM));
        assertThat(parameter(response, "tiergate.label")).isEqualTo("b,a,a,");
        assertThat(parameter(response, "tiergate.tier")).isEqualTo("cloud,cloud,cloud,cloud");
        assertThat(parameter(response, "tiergate.reason"))
                .isEqualTo("confident,entropy 1.099 above 0.500,degraded,no-quorum");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("false,true,false,true");
        assertThat(parameter(response, "tiergate.confidence")).matches("0\\.9999\\d*,0\\.3333\\d*,0\\.9999\\d*,0\\.0");
        float[] probabilities = probabilities(response);
        assertThat(Arrays.copyOfRange(probabilities, 3, 6))
                .containsExactly(new float[] {1 / 3f, 1 / 3f, 1 / 3f}, within(1e-6f));
        assertThat(probabilities[6]).isGreaterThan(0.99f);
        assertThat(Arrays.copyOfRange(probabilities, 9, 12)).containsOnly(Float.NaN);
    }

    @Test
    void letsARowThatMakesAMemberFailHarmNoOther() {
        Input culprit = new Input(0, 0, 1, 1);
        ModelInferResponse response = infer(request("fragile-ensemble", Input.SURE_A, Input.SURE_B, culprit));
        assertThat(parameter(response, "tiergate.label")).isEqualTo("a,b,c");
        assertThat(parameter(response, "tiergate.reason")).isEqualTo("confident,confident,degraded");
        assertThat(parameter(response, "tiergate.provisional")).isEqualTo("false,false,false");
    }

    @Test
    void answersAsManyRowsAsACallMayHaveInTheirOrder() {
        Input[] rows = new Input[1024];
        Arrays.setAll(rows, row -> row % 3 == 0 ? Input.SURE_B : Input.SURE_A);
        ModelInferResponse response = infer(request("tiny-ensemble", rows));
        assertThat(parameter(response, "tiergate.label")).isEqualTo("b,a,a,".repeat(341) + "b");
        // The limit of a forward pass, not that of a call.
        assertThat(cloud.metric("tiergate_ensemble_batch_size_max")).isLessThanOrEqualTo(64);
    }

    static Stream<Arguments> badRequests() {
        ModelInferRequest.Builder wrongShape = request("tiny-ensemble", Input.SURE_A);
        wrongShape.getInputsBuilder(0).setShape(0, 2).setShape(1, 2);
        return Stream.of(
                Arguments.of(
                        request("nobody", Input.SURE_A),
                        "NOT_FOUND",
                        "Request for unknown model: 'nobody' is not found (served: fragile-ensemble, tiny-ensemble)"),
                Arguments.of(
                        request("tiny-edge", Input.SURE_A),
                        "NOT_FOUND",
                        "Request for unknown model: 'tiny-edge' is not found"),
                Arguments.of(request("member-missing", Input.SURE_A), "UNAVAILABLE", "is not at ready state"),
                Arguments.of(
                        wrongShape,
                        "INVALID_ARGUMENT",
                        "x: shape [2, 2] (expected: [-1, 4], from model 'tiny-ensemble')"),
                Arguments.of(
                        request(
                                "tiny-ensemble",
                                Collections.nCopies(1025, Input.SURE_A).toArray(new Input[0])),
                        "INVALID_ARGUMENT",
                        "batch of 1025 rows (expected: at most 1024 for the ensemble 'tiny-ensemble', tiergate.inference.max-batch-size)"),
                Arguments.of(
                        request("tiny-ensemble", Input.SURE_A)
                                .putParameters("tiergate.escalation", text("always"))
                                .putParameters("tiergate.subject", text("person-7")),
                        "INVALID_ARGUMENT",
                        "parameters [tiergate.escalation, tiergate.subject] are the edge gateway's"),
                Arguments.of(
                        request("tiny-ensemble", Input.SURE_A)
                                .setRawInputContents(0, ByteString.copyFrom(new byte[65_536])),
                        "RESOURCE_EXHAUSTED",
                        "65536"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void aBadRequestIsToldWhatWasWrongAndTheNextOneIsAnswered(
            ModelInferRequest.Builder request, String code, String words) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> infer(request));
        assertThat(failure.getStatus().getCode().name())
                .as(failure.getMessage())
                .isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
        assertThat(parameter(infer(request("tiny-ensemble", Input.SURE_A)), "tiergate.label"))
                .isEqualTo("a");
    }

    @Test
    void takesParametersThatAreNotTiergatesOwn() {
        ModelInferResponse response =
                infer(request("tiny-ensemble", Input.SURE_A).putParameters("line", text("press-4")));
        assertThat(parameter(response, "tiergate.label")).isEqualTo("a");
    }

    @Test
    void countsCallsByEnsemble() throws Exception {
        String calls = "tiergate_requests_total{model=\"fragile-ensemble\"}";
        double before = orZero(cloud.metric(calls));
        infer(request("fragile-ensemble", Input.SURE_A));
        assertThat(cloud.metric(calls)).isEqualTo(before + 1);

        String failed = "tiergate_requests_failed_total{model=\"unknown\",status=\"NOT_FOUND\"}";
        double failedBefore = orZero(cloud.metric(failed));
        assertThatThrownBy(() -> infer(request("nobody", Input.SURE_A))).isInstanceOf(StatusRuntimeException.class);
        assertThat(cloud.metric(failed)).isEqualTo(failedBefore + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "inference.GRPCInferenceService", "tiny-ensemble", "fragile-ensemble"})
    void tellsProbesThatItServes(String name) {
        assertThat(application.health(name)).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void isReadyForTheEnsemblesThatCanBeServed() {
        var client = application.inference();
        assertThat(client.serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
                .isTrue();
        assertThat(client.modelReady(ready("tiny-ensemble")).getReady()).isTrue();
        assertThat(client.modelReady(ready("member-missing")).getReady()).isFalse();
    }

    @Test
    void finishesTheCallsUnderWayOnceProbesAreToldThatItEnds() throws Exception {
        try (CloudProcess ending = start("direct-ending");
                Application caller = new Application(ending.grpcPort())) {
            assertThat(caller.health("tiny-ensemble")).isEqualTo(ServingStatus.SERVING);
            CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
            // A stream begins with its headers alone: the call is under way, and stays so until its message is sent.
            StreamObserver<ModelInferRequest> held = ClientCalls.asyncBidiStreamingCall(
                    caller.channel()
                            .newCall(
                                    GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder()
                                            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                                            .build(),
                                    CallOptions.DEFAULT),
                    completing(answer));
            try (Context.CancellableContext watching = Context.current().withCancellation()) {
                Iterator<HealthCheckResponse> health = watching.call(() -> caller.watchHealth("tiny-ensemble"));
                assertThat(health.next().getStatus()).isEqualTo(ServingStatus.SERVING);
                ending.terminate(Duration.ZERO);
                assertThat(health.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
            }
            held.onNext(request("tiny-ensemble", Input.SURE_A).build());
            held.onCompleted();

            assertThat(parameter(answer.get(20, TimeUnit.SECONDS), "tiergate.label"))
                    .isEqualTo("a");
            assertThat(ending.endsWithin(Duration.ofSeconds(20))).isTrue();
            assertThat(ending.log())
                    .doesNotContain("Calls still under way are ended")
                    .doesNotContain("ERROR")
                    .doesNotContain("\tat ");
        }
    }

    private static <T> StreamObserver<T> completing(CompletableFuture<T> future) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                future.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                future.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                // The value has come before.
            }
        };
    }

    private static CloudProcess start(String name) throws Exception {
        return CloudProcess.start(
                        Path.of("target", "it", name),
                        Map.of(
                                "tiergate.models",
                                models.toString(),
                                "tiergate.kafka",
                                "localhost:" + Ports.free(),
                                "tiergate.database-url",
                                database.url(),
                                "tiergate.grpc.max-message-size",
                                "65536"))
                .awaitReady();
    }

    private static ModelReadyRequest ready(String model) {
        return ModelReadyRequest.newBuilder().setName(model).build();
    }

    private static ModelInferResponse infer(ModelInferRequest.Builder request) {
        return application.inference().modelInfer(request.build());
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static double orZero(double metric) {
        return Double.isNaN(metric) ? 0 : metric;
    }
}
