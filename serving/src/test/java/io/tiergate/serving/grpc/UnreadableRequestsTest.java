package io.tiergate.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.testing.ProtocolServer;
import io.tiergate.serving.testing.Requests;
import io.tiergate.testing.TestModels;
import io.tiergate.testing.wire.RawCalls;
import io.tiergate.testing.wire.WireBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are no messages, or not as many as a call takes, sent as bytes. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnreadableRequestsTest {
    private static final String INFER = "inference.GRPCInferenceService/ModelInfer";

    @TempDir
    private Path folder;

    private final CountDownLatch gate = new CountDownLatch(1);
    private ProtocolServer server;

    @BeforeEach
    void start() throws IOException {
        TestModels.copyTo("tiny", "tiny-plain", folder);
        server = new ProtocolServer(folder, ModelControlMode.NONE, 1, false);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a text that ends before its length, 0a 7f 41, truncated",
        "a text of negative length, 0a ff ff ff ff 0f, negative size",
        "a text that is no UTF-8, 0a 02 c3 28, UTF-8",
        "a tag of field 0, 00 01, invalid tag",
        "a varint without end, 10 ff ff ff ff ff ff ff ff ff ff ff, malformed varint",
        "a group that is not closed, 0b, end-group tag",
    })
    void areTheClientsMistakeAndSayWhatIsWrong(String name, String bytes, String words) {
        Status status = failure(CallOptions.DEFAULT, WireBytes.of(bytes));

        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription())
                .startsWith("request cannot be read: ")
                .containsIgnoringCase(words);
        assertThat(GRPCInferenceServiceGrpc.newBlockingStub(server.channel())
                        .modelInfer(Requests.raw("tiny-plain", 1))
                        .getOutputsCount())
                .isEqualTo(1);
    }

    @Test
    void aMessageThatUnpacksToMoreThanTheLimitNamesTheKey() {
        Status status = failure(
                CallOptions.DEFAULT.withCompression("gzip"),
                Requests.raw("tiny-plain", 1 << 17).toByteArray());

        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(status.getDescription()).contains("1048576", "tiergate.grpc.max-message-size");
    }

    /** A client that streams where the method does not can send any number of messages. */
    @ParameterizedTest
    @CsvSource({
        "inference.GRPCInferenceService/ModelInfer, 0, no request message",
        "inference.GRPCInferenceService/ModelInfer, 2, 2 or more request messages",
        "grpc.health.v1.Health/Check, 0, no request message",
        "grpc.health.v1.Health/Watch, 2, 2 or more request messages",
    })
    void aCallOfOneMessageTakesNeitherNoneNorTwo(String method, int count, String words) throws Exception {
        CompletableFuture<Status> ended = new CompletableFuture<>();
        StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                server.channel().newCall(RawCalls.bidirectional(method), CallOptions.DEFAULT), new Ending(ended));
        for (int i = 0; i < count; i++) {
            requests.onNext(new byte[0]);
        }
        requests.onCompleted();

        assertThat(ended.get().getCode()).as(ended.get().toString()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(ended.get().getDescription()).isEqualTo(words + " (expected: 1, since the method takes no stream)");
    }

    @Test
    void onAStreamTheyEndItAndDropTheWorkForTheRequestsBefore() throws Exception {
        server.holdThread(gate);
        CompletableFuture<Status> ended = new CompletableFuture<>();
        StreamObserver<byte[]> requests = ClientCalls.asyncBidiStreamingCall(
                server.channel()
                        .newCall(
                                RawCalls.bidirectional("inference.GRPCInferenceService/ModelStreamInfer"),
                                CallOptions.DEFAULT),
                new Ending(ended));
        requests.onNext(Requests.raw("tiny-plain", 1).toByteArray());
        await().until(() -> server.pool().waiting() == 1);
        requests.onNext(WireBytes.of("0a 7f"));

        assertThat(ended.get().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(server.pool().waiting()).isZero();
    }

    private Status failure(CallOptions options, byte[] request) {
        return catchThrowableOfType(
                        StatusRuntimeException.class,
                        () -> ClientCalls.blockingUnaryCall(server.channel(), RawCalls.unary(INFER), options, request))
                .getStatus();
    }

    private record Ending(CompletableFuture<Status> status) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] answer) {}

        @Override
        public void onError(Throwable failure) {
            status.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            status.complete(Status.OK);
        }
    }
}
