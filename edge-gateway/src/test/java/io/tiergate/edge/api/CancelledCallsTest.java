package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static io.tiergate.edge.api.RunningGateway.eventually;
import static io.tiergate.edge.api.RunningGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Duration;
import io.grpc.StatusRuntimeException;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.edge.verdict.Arrivals;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceFutureStub;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceStub;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers that go away at every moment of a call's life: 5,000 of each kind of call, and as many of all kinds together. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CancelledCallsTest {
    private static final String MODEL = "tiny-edge";
    private static final int CALLS = 5_000;
    private static final int AT_ONCE = 40;
    /** Longer than any call here is let live. */
    private static final Duration LONG = Duration.newBuilder().setSeconds(3600).build();

    private static final List<Kind> KINDS = List.of(Kind.CALL, Kind.WAITING_CALL, Kind.STREAM);

    private final Random random = new Random(7);

    @TempDir
    Path folder;

    private RunningGateway gateway;
    private TieredInferenceFutureStub calls;
    private TieredInferenceStub streams;

    private enum Kind {
        CALL,
        WAITING_CALL,
        STREAM,
        ANY
    }

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
        streams = gateway.asyncClient();
        calls = TieredInferenceGrpc.newFutureStub(streams.getChannel());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** Some are cancelled before they are sent, some while they run, are stored or wait for a verdict, some once they are answered. */
    @ParameterizedTest
    @EnumSource
    void cancellingAtAnyMomentLeavesNothingBehind(Kind kind) {
        List<Runnable> cancels = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            cancels.add(begin(kind));
            if (random.nextInt(4) == 0) {
                awaitSeen();
            }
            // Every call is cancelled, most of them soon, and some more than once.
            cancels.get(random.nextInt(cancels.size())).run();
            if (cancels.size() == AT_ONCE) {
                cancels.removeFirst().run();
            }
        }
        cancels.forEach(Runnable::run);

        gateway.escalate(MODEL);
        assertThat(cancelledCalls())
                .as("calls cancelled while they were in hand")
                .isPositive();
        assertNothingIsLeft();
    }

    /** @return cancels it */
    private Runnable begin(Kind kind) {
        return switch (kind) {
            case CALL -> call(sample());
            case WAITING_CALL -> call(waiting(sample()));
            case STREAM -> stream();
            case ANY -> begin(KINDS.get(random.nextInt(KINDS.size())));
        };
    }

    private Runnable call(InferRequest.Builder request) {
        ListenableFuture<?> call = calls.infer(request.build());
        return () -> call.cancel(true);
    }

    private Runnable stream() {
        StreamClient client = StreamClient.open(streams);
        int requests = random.nextInt(5);
        for (int i = 0; i < requests; i++) {
            client.send("r" + i, random.nextInt(4) == 0 ? waiting(sample()) : sample());
        }
        if (random.nextInt(4) == 0) {
            client.halfClose();
        }
        return client::cancel;
    }

    /** Else most would be cancelled before they are sent. What goes over one connection keeps its order. */
    private void awaitSeen() {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> TieredInferenceGrpc.newBlockingStub(streams.getChannel())
                        .getVerdict(GetVerdictRequest.getDefaultInstance()));
    }

    private InferRequest.Builder sample() {
        return request(MODEL, random.nextBoolean() ? doubtful() : sure());
    }

    private static InferRequest.Builder waiting(InferRequest.Builder request) {
        return request.setOptions(InferOptions.newBuilder().setWait(LONG));
    }

    private void assertNothingIsLeft() {
        eventually().untilAsserted(() -> {
            assertThat(gateway.pool.waiting()).isZero();
            assertThat(gateway.pool.admittedBytes()).isZero();
            assertThat(gateway.service.followed()).isZero();
            assertThat(Arrivals.expected(gateway.waiters)).isEmpty();
        });
        ServedModel model = gateway.catalog.require(MODEL, "");
        gateway.catalog.unload(MODEL);
        eventually().untilAsserted(() -> assertFreed(model));
    }

    private double cancelledCalls() {
        return gateway.metrics
                .counter("tiergate.requests.failed", "model", MODEL, "status", "CANCELLED")
                .count();
    }

    private static void assertFreed(ServedModel model) {
        boolean held = model.retain();
        if (held) {
            model.release();
        }
        assertThat(held).as("in memory once it is unloaded").isFalse();
    }
}
