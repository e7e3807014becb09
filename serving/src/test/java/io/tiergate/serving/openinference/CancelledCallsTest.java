package io.tiergate.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.inference.ModelCounters;
import io.tiergate.serving.testing.PlainModel;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.serving.testing.Requests;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers that go away, ten thousand of them, at every moment of a call's life. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CancelledCallsTest {
    private static final int CALLS = 10_000;
    /** As many as may wait. */
    private static final int QUEUE = 40;

    @TempDir
    private Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private ProtocolServer server;
    private GRPCInferenceServiceFutureStub client;

    @BeforeEach
    void start() throws IOException {
        TestModels.copyTo("tiny", "tiny-plain", folder);
        server = new ProtocolServer(folder, ModelControlMode.NONE, 1, false);
        client = GRPCInferenceServiceGrpc.newFutureStub(server.channel());
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    /** The one thread is held all the while, so that a slot that were not given back would soon be missing. */
    @Test
    void whoLeavesTheQueueGivesBackTheSlotAndCostsNoRun() throws Exception {
        server.holdThread(gate);
        for (int round = 0; round < CALLS / QUEUE; round++) {
            boolean deadlines = round % 10 == 0;
            List<ListenableFuture<?>> calls = new ArrayList<>();
            for (int i = 0; i < QUEUE; i++) {
                calls.add(
                        deadlines
                                ? client.withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                                        .modelInfer(request())
                                : client.modelInfer(request()));
            }
            if (!deadlines) {
                await().pollInterval(1, TimeUnit.MILLISECONDS)
                        .until(() -> server.pool().waiting() == QUEUE);
                calls.forEach(call -> call.cancel(true));
            }
            await().pollInterval(1, TimeUnit.MILLISECONDS)
                    .until(() -> calls.stream().allMatch(ListenableFuture::isDone)
                            && server.pool().waiting() == 0);
        }
        assertThat(counters().runs()).isZero();

        gate.countDown();
        client.modelInfer(request()).get();
        assertThat(counters().runs()).as("the held one and the last").isEqualTo(2);
        assertNothingIsLeft();
    }

    /** Some are cancelled before they are sent, some while they run, some when they are answered. */
    @Test
    void cancellingAtAnyMomentLeavesNothingBehind() throws Exception {
        Random random = new Random(7);
        List<ListenableFuture<ModelInferResponse>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(
                    random.nextInt(4) == 0
                            ? client.withDeadlineAfter(random.nextInt(1000), TimeUnit.MICROSECONDS)
                                    .modelInfer(request())
                            : client.modelInfer(request()));
            // Never more of them than are waited for here, so that the queue is not always full.
            calls.get(random.nextInt(calls.size())).cancel(true);
            if (calls.size() == QUEUE) {
                calls.removeFirst().cancel(true);
            }
        }
        calls.forEach(call -> call.cancel(true));

        client.withWaitForReady().modelInfer(request()).get();
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        // The thread gives back what a run has held only after its answer has left.
        await().until(() -> server.pool().admittedBytes() == 0);
        assertThat(server.pool().waiting()).isZero();
        PlainModel model = model();
        server.catalog().close();
        assertThat(model.retain()).as("in memory once its owner has closed it").isFalse();
    }

    private ModelCounters counters() {
        return server.pool().statistics().of(model());
    }

    private PlainModel model() {
        return server.catalog().served().getFirst();
    }

    private static ModelInferRequest request() {
        return Requests.raw("tiny-plain", 1);
    }
}
