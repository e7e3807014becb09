package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static io.tiergate.edge.api.RunningGateway.eventually;
import static io.tiergate.edge.api.RunningGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.serving.grpc.CallMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are replaced and taken away while calls of Tiergate's own API are under way. */
class ReloadTest {
    private static final String MODEL = "tiny-edge";
    private static final int CHANGES = 40;
    private static final int CALLERS = 4;

    @TempDir
    Path folder;

    private RunningGateway gateway;
    private InferRequests requests;

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
        requests = new InferRequests(
                gateway.catalog,
                new RequestInputs(1 << 20),
                gateway.gateway,
                new CallMetrics(gateway.metrics),
                new SampleMetrics(gateway.metrics));
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aCallThatHasFoundItsModelIsAnsweredThoughTheModelIsUnloadedBeforeItsTurn() {
        ServedModel model = served();
        Uni<Answer> answer = requests.answer(request(MODEL, sure()).build());
        gateway.catalog.unload(MODEL);

        assertThat(answer.await().indefinitely().samples()).hasSize(1);
        awaitFreed(model);
    }

    @Test
    void aCallThatIsCancelledGivesItsModelBack() {
        ServedModel model = served();
        CountDownLatch heldUp = gateway.holdUpInference();
        var waiting = requests.answer(request(MODEL, sure()).build())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
        waiting.cancel();
        heldUp.countDown();
        gateway.catalog.unload(MODEL);

        awaitFreed(model);
    }

    @Test
    void aCallThatCannotBeServedGivesItsModelBack() {
        ServedModel model = served();
        InferRequest.Builder narrow = request(MODEL, sure());
        narrow.getInputsBuilder(0).setShape(1, 3);
        requests.answer(narrow.build())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure();
        gateway.catalog.unload(MODEL);

        awaitFreed(model);
    }

    @Test
    void noCallFailsWhileItsModelIsReplacedAndEveryReplacedOneIsFreed() throws Exception {
        try (Load load = new Load()) {
            List<ServedModel> replaced = new ArrayList<>();
            for (int i = 0; i < CHANGES; i++) {
                replaced.add(served());
                gateway.catalog.reload(MODEL);
                load.awaitMore();
            }
            assertThat(load.end()).isEmpty();
            replaced.forEach(ReloadTest::awaitFreed);
        }
    }

    @Test
    void callsForAModelThatComesAndGoesAreAnsweredOrToldThatItIsNotReady() throws Exception {
        try (Load load = new Load()) {
            for (int i = 0; i < CHANGES; i++) {
                gateway.catalog.unload(MODEL);
                load.awaitMore();
                gateway.catalog.reload(MODEL);
                load.awaitMore();
            }
            assertThat(load.end()).isNotEmpty().allSatisfy(failure -> {
                assertThat(failure.getCode()).as("%s", failure).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(failure.getDescription()).contains("is not at ready state");
            });
        }
    }

    private ServedModel served() {
        return gateway.catalog.require(MODEL, "");
    }

    /** The inference thread gives a model back only after its answer has left. */
    private static void awaitFreed(ServedModel model) {
        eventually().until(() -> {
            if (model.retain()) {
                model.release();
                return false;
            }
            return true;
        });
    }

    /** Callers who ask again whenever they have an answer: some with calls, one on a stream. */
    private final class Load implements AutoCloseable {
        private final AtomicBoolean enough = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();
        private final Queue<Status> failures = new ConcurrentLinkedQueue<>();
        private final List<Thread> callers = new ArrayList<>();

        Load() {
            for (int i = 0; i < CALLERS; i++) {
                TieredInferenceBlockingStub client = gateway.client();
                ask(() -> client.infer(request(MODEL, doubtful()).build()));
            }
            StreamClient stream = StreamClient.open(gateway);
            AtomicInteger sent = new AtomicInteger();
            ask(() -> {
                stream.sendWithoutVerdicts("r", request(MODEL, sure()));
                InferStreamResponse response = stream.await(sent.incrementAndGet());
                if (response.hasFailure()) {
                    throw Status.fromCodeValue(response.getFailure().getCode())
                            .withDescription(response.getFailure().getMessage())
                            .asRuntimeException();
                }
            });
        }

        private void ask(Runnable call) {
            callers.add(Thread.ofPlatform().start(() -> {
                while (!enough.get()) {
                    try {
                        call.run();
                    } catch (StatusRuntimeException e) {
                        failures.add(e.getStatus());
                    }
                    answered.incrementAndGet();
                }
            }));
        }

        /** Waits until calls have been answered that came later than now. */
        void awaitMore() {
            int before = answered.get();
            eventually().until(() -> answered.get() > before + 2 * callers.size());
        }

        /** Lets the last calls end, and returns all failures. */
        List<Status> end() throws InterruptedException {
            enough.set(true);
            for (Thread caller : callers) {
                caller.join();
            }
            return List.copyOf(failures);
        }

        @Override
        public void close() {
            enough.set(true);
        }
    }
}
