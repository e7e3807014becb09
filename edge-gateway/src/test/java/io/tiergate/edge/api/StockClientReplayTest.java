package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.testing.wire.RawCalls;
import io.tiergate.testing.wire.WireBytes;
import io.tiergate.testing.wire.WireFields;
import jakarta.inject.Inject;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The calls of stock clients, byte for byte as they send them, and the answers read by field number: nothing on the client's side
 * knows Tiergate's own description of the protocol.
 */
@QuarkusTest
@QuarkusTestResource(
        value = EdgeFixture.class,
        initArgs = @ResourceArg(name = "model-control", value = "explicit"),
        restrictToAnnotatedClass = true)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StockClientReplayTest {
    private static final String NAME = "0a 09 'tiny-edge'";
    /** Input x, FP32 [1, 4], and the one output. */
    private static final String TENSORS = " 2a 0d 0a 01 'x' 12 04 'FP32' 1a 02 01 04 32 08 0a 06 'logits'";
    /** 5, 0, 0, 0: the gate accepts it. */
    private static final String SURE = " 3a 10 00 00 a0 40 00 00 00 00 00 00 00 00 00 00 00 00";
    /** 1, 0, 0, 0: the gate doubts it. */
    private static final String DOUBTFUL = " 3a 10 00 00 80 3f 00 00 00 00 00 00 00 00 00 00 00 00";

    @Inject
    EdgeLifecycle edge;

    @Inject
    MeterRegistry registry;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void thePythonClientLooksAround() {
        assertThat(call("ServerLive", "").number(1)).isEqualTo(1);
        assertThat(call("ServerReady", "").number(1)).isEqualTo(1);
        assertThat(call("ModelReady", NAME).number(1)).isEqualTo(1);

        WireFields server = call("ServerMetadata", "");
        assertThat(server.text(1)).isEqualTo("tiergate");
        assertThat(server.text(2)).isNotEmpty();
        assertThat(server.texts(3)).contains("classification", "model_configuration", "model_repository", "statistics");

        WireFields metadata = call("ModelMetadata", NAME);
        assertThat(metadata.text(1)).isEqualTo("tiny-edge");
        assertThat(metadata.texts(2)).containsExactly("1");
        assertThat(metadata.text(3)).isEqualTo("onnxruntime_onnx");
        WireFields input = metadata.messages(4).getFirst();
        assertThat(input.text(1)).isEqualTo("x");
        assertThat(input.text(2)).isEqualTo("FP32");
        assertThat(input.numbers(3)).containsExactly(-1L, 4L);
        assertThat(metadata.messages(5).getFirst().numbers(3)).containsExactly(-1L, 3L);

        WireFields config = call("ModelConfig", NAME).message(1);
        assertThat(config.text(1)).isEqualTo("tiny-edge");
        assertThat(config.number(4)).isEqualTo(1024);
        assertThat(config.messages(5).getFirst().number(2)).as("TYPE_FP32").isEqualTo(11);
        assertThat(config.messages(5).getFirst().numbers(4)).containsExactly(4L);
        assertThat(config.messages(6).getFirst().numbers(3)).containsExactly(3L);
        assertThat(config.numbers())
                .as("dynamic batching, sequences, ensembles")
                .doesNotContain(11, 13, 15);
        assertThat(config.text(17)).isEqualTo("onnxruntime");

        Map<String, WireFields> index = call("RepositoryIndex", "").messages(1).stream()
                .collect(Collectors.toMap(model -> model.text(1), model -> model));
        assertThat(index.get("tiny-edge").text(3)).isEqualTo("READY");
        assertThat(index.get("not-onnx").text(3)).isEqualTo("UNAVAILABLE");
        assertThat(index.get("not-onnx").text(4)).contains("it is no ONNX file");
    }

    @Test
    void thePythonClientUnloadsAndLoadsAModelAndProbesAndMetricsFollow() {
        String named = "12 0c 'tiny-audited'";
        assertThat(modelInfo()).hasValue(1.0);
        assertThat(call("RepositoryModelUnload", named + " 1a 17 0a 11 'unload_dependents' 12 02 08 00")
                        .numbers())
                .isEmpty();
        assertThat(call("ModelReady", "0a 0c 'tiny-audited'").number(1)).isZero();
        assertThat(health("tiny-audited")).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(modelInfo()).isEmpty();
        assertThat(health("")).isEqualTo(ServingStatus.SERVING);

        assertThat(call("RepositoryModelLoad", named).numbers()).isEmpty();
        assertThat(call("ModelReady", "0a 0c 'tiny-audited'").number(1)).isEqualTo(1);
        assertThat(health("tiny-audited")).isEqualTo(ServingStatus.SERVING);
        assertThat(modelInfo()).hasValue(1.0);
    }

    @Test
    void thePythonClientInfersWithAPriorityATimeoutAndClasses() {
        WireFields answer = call(
                "ModelInfer",
                NAME + " 1a 02 'r7' 22 0e 0a 08 'priority' 12 02 28 01 22 10 0a 07 'timeout' 12 05 10 80 c2 d7 2f"
                        + TENSORS
                        + SURE);
        assertThat(answer.text(1)).isEqualTo("tiny-edge");
        assertThat(answer.text(2)).isEqualTo("1");
        assertThat(answer.text(3)).isEqualTo("r7");
        assertThat(answer.map(4).get("tiergate.decision").text(3)).isEqualTo("ACCEPTED");
        WireFields output = answer.messages(5).getFirst();
        assertThat(output.text(1)).isEqualTo("logits");
        assertThat(output.text(2)).isEqualTo("FP32");
        assertThat(output.numbers(3)).containsExactly(1L, 3L);
        assertThat(HexFormat.of().formatHex(answer.bytes(6))).isEqualTo("0000a0400000000000000000");

        WireFields classified = call(
                "ModelInfer",
                NAME
                        + " 2a 0d 0a 01 'x' 12 04 'FP32' 1a 02 01 04 32 1e 0a 06 'logits' 12 14 0a 0e 'classification' 12 02 10 02"
                        + SURE);
        assertThat(classified.messages(5).getFirst().text(2)).isEqualTo("BYTES");
        assertThat(classified.messages(5).getFirst().numbers(3)).containsExactly(1L, 2L);
        assertThat(classified.bytes(6))
                .isEqualTo(WireBytes.of("0c 00 00 00 '5.000000:0:a' 0c 00 00 00 '0.000000:1:b'"));
    }

    @Test
    void thePythonClientCancelsACallThatWaits() {
        double cancelled = cancelledCalls();
        // For a verdict that nobody will give, as long as the gateway lets it.
        byte[] waiting = WireBytes.of(NAME + " 22 18 0a 10 'tiergate.wait_ms' 12 04 10 e0 d4 03" + TENSORS + DOUBTFUL);
        ClientCall<byte[], byte[]> call = channel.newCall(method("ModelInfer"), CallOptions.DEFAULT);
        var answer = ClientCalls.futureUnaryCall(call, waiting);
        assertThat(call("ServerLive", "").number(1)).isEqualTo(1);
        assertThat(answer.isDone()).isFalse();
        answer.cancel(true);
        await().until(() -> cancelledCalls() == cancelled + 1);
        assertThat(call("ModelInfer", NAME + TENSORS + SURE).bytes(6)).hasSize(12);
    }

    @Test
    void thePythonClientStreams() throws Exception {
        RawStream answers = new RawStream();
        StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(
                        RawCalls.bidirectional("inference.GRPCInferenceService/ModelStreamInfer"), CallOptions.DEFAULT),
                answers);
        String wantsFinal = " 22 28 0a 22 'triton_enable_empty_final_response' 12 02 08 01";
        requests.onNext(WireBytes.of(NAME + " 1a 01 '1'" + wantsFinal + TENSORS + SURE));
        requests.onNext(WireBytes.of("0a 06 'nobody' 1a 01 '2'" + wantsFinal + TENSORS + SURE));
        requests.onNext(WireBytes.of(NAME + " 1a 01 '3'" + TENSORS + DOUBTFUL));
        requests.onCompleted();

        WireFields first = answers.next();
        assertThat(first.numbers()).containsExactly(2);
        assertThat(first.message(2).text(3)).isEqualTo("1");
        assertThat(first.message(2).map(4).get("triton_final_response").number(1))
                .isEqualTo(1);
        WireFields second = answers.next();
        assertThat(second.text(1)).startsWith("Request for unknown model: 'nobody' is not found");
        assertThat(second.message(2).text(3)).isEqualTo("2");
        assertThat(second.message(2).map(4).get("triton_final_response").number(1))
                .isEqualTo(1);
        WireFields third = answers.next();
        assertThat(third.message(2).text(3)).isEqualTo("3");
        assertThat(third.message(2).map(4)).doesNotContainKey("triton_final_response");
        assertThat(third.message(2).map(4).get("tiergate.decision").text(3)).isEqualTo("ESCALATED");
        assertThat(answers.end.get()).isEqualTo(Status.Code.OK);
    }

    @Test
    void theLoadGeneratorMeasuresInWindows() {
        String versioned = "0a 0a 'tiny-plain' 12 01 '1'";
        assertThat(call("ModelMetadata", versioned).messages(4).getFirst().numbers(3))
                .containsExactly(-1L, 4L);
        assertThat(call("ModelConfig", versioned).message(1).number(4)).isPositive();
        assertThat(call("ServerMetadata", "").texts(3)).contains("statistics");

        WireFields before = statistics(versioned);
        long runs = 0;
        for (int window = 1; window <= 3; window++) {
            for (int i = 0; i < 10; i++) {
                call("ModelInfer", "0a 0a 'tiny-plain' 12 01 '1'" + TENSORS + SURE);
            }
            WireFields after = statistics(versioned);
            runs += 10;
            assertThat(after.number(4) - before.number(4)).as("inferences").isEqualTo(runs);
            assertThat(after.number(5) - before.number(5)).as("executions").isEqualTo(runs);
            for (int part : List.of(1, 3, 4, 5, 6)) {
                assertThat(after.message(6).message(part).number(1)
                                - before.message(6).message(part).number(1))
                        .isEqualTo(runs);
                assertThat(after.message(6).message(part).number(2))
                        .isGreaterThanOrEqualTo(before.message(6).message(part).number(2));
            }
            assertThat(after.message(6).message(2).number(1)).as("failed").isZero();
            assertThat(after.messages(7).getFirst().number(1)).as("batch size").isEqualTo(1);
        }
    }

    @Test
    void whatIsNotThereIsUnimplementedByName() {
        for (String rpc :
                List.of("SystemSharedMemoryStatus", "CudaSharedMemoryStatus", "TraceSetting", "LogSettings")) {
            StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> call(rpc, ""));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
            assertThat(failure.getStatus().getDescription()).contains("inference.GRPCInferenceService/" + rpc);
        }
    }

    private WireFields statistics(String versioned) {
        WireFields statistics = call("ModelStatistics", versioned).messages(1).getFirst();
        assertThat(statistics.text(1)).isEqualTo("tiny-plain");
        assertThat(statistics.text(2)).isEqualTo("1");
        return statistics;
    }

    private ServingStatus health(String service) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private double cancelledCalls() {
        return registry.find("tiergate.requests.failed").tag("status", "CANCELLED").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private Optional<Double> modelInfo() {
        return Optional.ofNullable(registry.find("tiergate.model.info")
                        .tag("model", "tiny-audited")
                        .gauge())
                .map(Gauge::value);
    }

    private WireFields call(String rpc, String request) {
        return WireFields.of(
                ClientCalls.blockingUnaryCall(channel, method(rpc), CallOptions.DEFAULT, WireBytes.of(request)));
    }

    private static MethodDescriptor<byte[], byte[]> method(String rpc) {
        return RawCalls.unary("inference.GRPCInferenceService/" + rpc);
    }

    private static final class RawStream implements StreamObserver<byte[]> {
        private final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status.Code> end = new CompletableFuture<>();

        WireFields next() throws InterruptedException {
            return WireFields.of(answers.take());
        }

        @Override
        public void onNext(byte[] answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure).getCode());
        }

        @Override
        public void onCompleted() {
            end.complete(Status.Code.OK);
        }
    }
}
