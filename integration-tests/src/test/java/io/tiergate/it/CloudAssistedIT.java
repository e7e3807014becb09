package io.tiergate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.local.Ports;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.testing.TestModels;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge that is short of capacity, and a cloud that answers in its place: both are processes of their own. One request may wait at the
 * edge, and waits a while, so that of several at once most find the queue full.
 */
class CloudAssistedIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int AT_ONCE = 32;
    private static final float[] SURE_B = {0, 1, 0, 0};
    private static final float[] UNSURE = {1, 1, 1, 0};
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static LocalStack stack;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        Path models = TestModels.copyTo("tiny", folder.resolve("models"));
        Ports ports = Ports.random();
        stack = LocalStack.in(folder.resolve("stack"))
                .ports(ports)
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                .property(Part.EDGE, "tiergate.verdicts.cache-entries", "0")
                .property(Part.EDGE, "tiergate.inference.threads", "1")
                .property(Part.EDGE, "tiergate.inference.queue-capacity", "1")
                .property(Part.EDGE, "tiergate.inference.inline-budget", "0s")
                .property(Part.EDGE, "tiergate.inference.max-delay", "0.3s")
                .property(Part.EDGE, "tiergate.overload.policy", "cloud-assisted")
                .property(Part.EDGE, "tiergate.overload.cloud", "127.0.0.1:" + ports.cloudGrpc())
                .property(Part.EDGE, "tiergate.overload.timeout", "20s")
                .build();
        stack.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", ports.edgeGrpc())
                .usePlaintext()
                .build();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        stack.close();
    }

    @Test
    void theCloudAnswersWhatTheEdgeHasNoRoomForAndRefusesAgainWhenItIsAway() throws Exception {
        List<ModelInferResponse> answers = together(request("tiny-edge", SURE_B));
        assertThat(answers).as("nothing is refused").hasSize(AT_ONCE);
        List<ModelInferResponse> assisted = fromCloud(answers);
        assertThat(assisted).hasSizeGreaterThan(AT_ONCE / 2).allSatisfy(answer -> {
            assertThat(parameter(answer, "tiergate.decision")).isEqualTo("RESOLVED");
            assertThat(parameter(answer, "tiergate.label")).isEqualTo("b");
            assertThat(parameter(answer, "tiergate.reason")).isEqualTo("cloud-assisted");
            assertThat(parameter(answer, "tiergate.provisional")).isEqualTo("false");
            assertThat(Double.parseDouble(parameter(answer, "tiergate.confidence")))
                    .isGreaterThan(0.99);
            assertThat(answer.getParametersMap()).doesNotContainKey("tiergate.escalation_id");
            assertThat(answer.getOutputs(0).getName()).isEqualTo("logits");
            // As logits whose softmax are the ensemble's probabilities.
            float[] logits = floats(answer);
            assertThat(logits).hasSize(3);
            assertThat(logits[1] - logits[0]).isBetween(9.9f, 10.1f);
        });
        assertThat(fromEdge(answers)).isNotEmpty().allSatisfy(answer -> assertThat(
                        parameter(answer, "tiergate.decision"))
                .isEqualTo("ESCALATED"));

        assertThat(fromCloud(together(request("tiny-edge", UNSURE))))
                .isNotEmpty()
                .allSatisfy(answer -> {
                    assertThat(parameter(answer, "tiergate.decision")).isEqualTo("SHED");
                    assertThat(parameter(answer, "tiergate.reason")).isEqualTo("cloud-unsure");
                    assertThat(parameter(answer, "tiergate.tier")).isEqualTo("cloud");
                });

        // Two rows in one call, each with its own answer.
        assertThat(fromCloud(together(request("tiny-edge", SURE_B, UNSURE))))
                .isNotEmpty()
                .allSatisfy(answer -> {
                    assertThat(parameter(answer, "tiergate.decision")).isEqualTo("RESOLVED,SHED");
                    assertThat(floats(answer)).hasSize(6);
                });

        // What must stay is refused, as without the cloud.
        ModelInferRequest local = request("tiny-edge", SURE_B).toBuilder()
                .putParameters(
                        "tiergate.escalation",
                        InferParameter.newBuilder().setStringParam("never").build())
                .build();
        assertThat(together(local)).hasSizeLessThan(AT_ONCE / 2).allSatisfy(answer -> assertThat(
                        parameter(answer, "tiergate.tier"))
                .isEqualTo("edge"));
        assertThat(fromCloud(together(request("tiny-scores", SURE_B)))).isEmpty();

        double counted = metric("tiergate_samples_total{decision=\"RESOLVED\",model=\"tiny-edge\"}")
                + metric("tiergate_samples_total{decision=\"SHED\",model=\"tiny-edge\"}");
        assertThat(counted).isGreaterThan(0);
        assertThat(metric("tiergate_cloud_assisted_total{model=\"tiny-edge\",outcome=\"not-assistable\"}"))
                .isGreaterThan(0);
        assertThat(metric("tiergate_promised_total{why=\"escalated\"}"))
                .as("what the cloud answers is not promised")
                .isLessThan(AT_ONCE * 5 - counted);

        stack.process(Part.CLOUD).stop();
        await().atMost(PATIENCE)
                .until(() -> fromCloud(together(request("tiny-edge", SURE_B))).isEmpty()
                        && metric("tiergate_cloud_assisted_state{state=\"closed\"}") == 0);
        assertThat(together(request("tiny-edge", SURE_B)))
                .as("the edge still answers what it can")
                .isNotEmpty();
        assertThat(metric("tiergate_cloud_assisted_total{model=\"tiny-edge\",outcome=\"open\"}"))
                .isGreaterThan(0);
        stack.process(Part.CLOUD).start();
        await().atMost(PATIENCE)
                .until(() -> !fromCloud(together(request("tiny-edge", SURE_B))).isEmpty());
    }

    /** The answers to many calls at once; those that are missing were refused. */
    private static List<ModelInferResponse> together(ModelInferRequest request) throws Exception {
        GRPCInferenceServiceStub stub =
                GRPCInferenceServiceGrpc.newStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
        List<CompletableFuture<ModelInferResponse>> calls = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            CompletableFuture<ModelInferResponse> call = new CompletableFuture<>();
            stub.modelInfer(request, new StreamObserver<>() {
                @Override
                public void onNext(ModelInferResponse response) {
                    call.complete(response);
                }

                @Override
                public void onError(Throwable failure) {
                    call.completeExceptionally(failure);
                }

                @Override
                public void onCompleted() {
                    // There is one answer.
                }
            });
            calls.add(call);
        }
        List<ModelInferResponse> answers = new ArrayList<>();
        for (CompletableFuture<ModelInferResponse> call : calls) {
            try {
                answers.add(call.get());
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> assertThat(
                                refusal.getStatus().getCode())
                        .isEqualTo(Status.Code.UNAVAILABLE));
            }
        }
        return answers;
    }

    private static List<ModelInferResponse> fromCloud(List<ModelInferResponse> answers) {
        return answers.stream()
                .filter(answer -> parameter(answer, "tiergate.tier").startsWith("cloud"))
                .toList();
    }

    private static List<ModelInferResponse> fromEdge(List<ModelInferResponse> answers) {
        return answers.stream()
                .filter(answer -> parameter(answer, "tiergate.tier").startsWith("edge"))
                .toList();
    }

    private static ModelInferRequest request(String model, float[]... rows) {
        ByteBuffer data = ByteBuffer.allocate(rows.length * 4 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                data.putFloat(value);
            }
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(rows.length)
                        .addShape(4))
                .addRawInputContents(ByteString.copyFrom(data.flip()))
                .build();
    }

    private static String parameter(ModelInferResponse response, String name) {
        return response.getParametersOrThrow(name).getStringParam();
    }

    private static float[] floats(ModelInferResponse response) {
        FloatBuffer values = response.getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    private static double metric(String name) throws Exception {
        URI metrics = URI.create("http://127.0.0.1:" + stack.ports().edgeHttp() + "/q/metrics");
        return HTTP.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .collect(Collectors.summingDouble(line -> Double.parseDouble(line.substring(name.length() + 1))));
    }
}
