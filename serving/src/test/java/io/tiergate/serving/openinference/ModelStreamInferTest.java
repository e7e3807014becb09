package io.tiergate.serving.openinference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelStreamInferResponse;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.inference.ModelCounters;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.serving.testing.Requests;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ModelStreamInferTest {
    /** As many requests as the server takes of a stream before one is answered. */
    private static final int IN_FLIGHT = 32;

    @TempDir
    private Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final StreamClient client = new StreamClient();
    private ProtocolServer server;

    @BeforeEach
    void start() throws IOException {
        TestModels.copyTo("tiny", "tiny-plain", folder);
        TestModels.copyTo("tiny", "tiny-edge", folder);
        server = new ProtocolServer(folder, ModelControlMode.NONE, 1, false);
        GRPCInferenceServiceGrpc.newStub(server.channel()).modelStreamInfer(client);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    @Test
    void aRequestThatFailsIsToldSoInItsTurnAndTheStreamGoesOn() throws Exception {
        server.holdThread(gate);
        client.send("r1", "tiny-plain");
        client.send("r2", "nobody");
        client.send("r3", "tiny-plain");
        client.requests.onCompleted();
        // The third waits, so the second has its answer; it must wait for the first, which has no thread yet.
        await().until(() -> server.pool().waiting() == 2);
        gate.countDown();
        client.take(3);

        assertThat(client.next().getInferResponse().getId()).isEqualTo("r1");
        ModelStreamInferResponse failed = client.next();
        assertThat(failed.getErrorMessage()).startsWith("Request for unknown model: 'nobody' is not found");
        assertThat(failed.getInferResponse().getId()).isEqualTo("r2");
        assertThat(failed.getInferResponse().getModelName()).isEqualTo("nobody");
        ModelStreamInferResponse last = client.next();
        assertThat(last.getErrorMessage()).isEmpty();
        assertThat(last.getInferResponse().getId()).isEqualTo("r3");
        assertThat(last.getInferResponse().getRawOutputContents(0).size()).isEqualTo(12);
        assertThat(client.end().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aStreamTakesNoMoreRequestsThanItHasPlaceFor() throws Exception {
        server.holdThread(gate);
        client.take(200);
        for (int i = 0; i < 200; i++) {
            client.send("r" + i, "tiny-plain");
        }
        client.requests.onCompleted();
        await().until(() -> server.pool().waiting() == IN_FLIGHT);
        gate.countDown();

        // The pool's queue has place for 40: had the stream taken more, some would have been refused.
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ModelStreamInferResponse response = client.next();
            assertThat(response.getErrorMessage()).isEmpty();
            ids.add(response.getInferResponse().getId());
        }
        assertThat(ids).isEqualTo(IntStream.range(0, 200).mapToObj(i -> "r" + i).toList());
        assertThat(client.end().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aClientThatTakesNoAnswersHoldsUpNobodyButItself() throws Exception {
        // Answers of 120 kB each: the transport holds a few of them, then the stream waits.
        ModelInferRequest large = Requests.raw("tiny-plain", 10_000);
        for (int i = 0; i < 100; i++) {
            client.requests.onNext(large);
        }
        client.requests.onCompleted();
        ModelCounters counters = server.pool().statistics().of(server.catalog().require("tiny-plain", ""));
        await().until(() -> counters.runs() >= IN_FLIGHT);
        var others = GRPCInferenceServiceGrpc.newBlockingStub(server.channel());
        for (int i = 0; i < 300; i++) {
            others.modelInfer(Requests.raw("tiny-edge", 1));
        }
        assertThat(counters.runs()).isLessThan(IN_FLIGHT + 20);

        client.take(100);
        for (int i = 0; i < 100; i++) {
            assertThat(client.next().getErrorMessage()).isEmpty();
        }
        assertThat(client.end().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aStreamThatIsCancelledTakesItsRequestsOutOfTheQueue() throws Exception {
        server.holdThread(gate);
        for (int i = 0; i < 5; i++) {
            client.send("r" + i, "tiny-plain");
        }
        await().until(() -> server.pool().waiting() == 5);
        client.requests.cancel("on purpose", null);
        await().until(() -> server.pool().waiting() == 0);
        assertThat(client.end().getCode()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void anAnswerSaysThatItIsTheLastIfItsRequestWantsToKnow() throws Exception {
        InferParameter yes = InferParameter.newBuilder().setBoolParam(true).build();
        for (String model : List.of("tiny-plain", "nobody")) {
            client.requests.onNext(Requests.raw(model, 1).toBuilder()
                    .putParameters("triton_enable_empty_final_response", yes)
                    .build());
        }
        client.send("r3", "tiny-plain");
        client.take(3);
        assertThat(client.next().getInferResponse().getParametersOrThrow("triton_final_response"))
                .isEqualTo(yes);
        assertThat(client.next().getInferResponse().getParametersOrThrow("triton_final_response"))
                .isEqualTo(yes);
        assertThat(client.next().getInferResponse().getParametersMap()).isEmpty();
    }

    @Test
    void aServerThatStopsAnswersWhatItHasTakenAndSendsTheClientElsewhere() throws Exception {
        server.holdThread(gate);
        client.send("r1", "tiny-plain");
        client.take(2);
        await().until(() -> server.pool().waiting() == 1);
        server.drain();
        gate.countDown();
        assertThat(client.next().getInferResponse().getId()).isEqualTo("r1");
        assertThat(client.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(client.end().getDescription()).startsWith("Server not ready: it is stopping.");

        StreamClient late = new StreamClient();
        GRPCInferenceServiceGrpc.newStub(server.channel()).modelStreamInfer(late);
        assertThat(late.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    /** Takes answers only when the test says so. */
    private static final class StreamClient
            implements ClientResponseObserver<ModelInferRequest, ModelStreamInferResponse> {
        private final BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private ClientCallStreamObserver<ModelInferRequest> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<ModelInferRequest> stream) {
            requests = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        void send(String id, String model) {
            requests.onNext(Requests.raw(model, 1).toBuilder().setId(id).build());
        }

        void take(int count) {
            requests.request(count);
        }

        ModelStreamInferResponse next() throws InterruptedException {
            return answers.take();
        }

        Status end() throws Exception {
            return end.get();
        }

        @Override
        public void onNext(ModelStreamInferResponse response) {
            answers.add(response);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(((StatusRuntimeException) failure).getStatus());
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
