package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferStreamRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceStub;
import java.util.List;
import java.util.concurrent.CompletionException;

/** One stream of a client that sends whenever it likes, and reads at once or only what it says. */
final class StreamClient implements ClientResponseObserver<InferStreamRequest, InferStreamResponse> {
    private final Recorder<InferStreamResponse> recorder = new Recorder<>();
    private final TieredInferenceStub stub;
    private final boolean slow;
    private ClientCallStreamObserver<InferStreamRequest> call;

    private StreamClient(TieredInferenceStub stub, boolean slow) {
        this.stub = stub;
        this.slow = slow;
    }

    static StreamClient open(RunningGateway gateway) {
        return open(gateway.asyncClient());
    }

    /** Opens a stream on the stub's connection, which it may share with others. */
    static StreamClient open(TieredInferenceStub stub) {
        return open(stub, false);
    }

    /**
     * Opens a stream that reads nothing until it is told to.
     *
     * @param windowBytes what the network takes for the client meanwhile
     */
    static StreamClient openSlow(RunningGateway gateway, int windowBytes) {
        return open(gateway.asyncClient(windowBytes), true);
    }

    private static StreamClient open(TieredInferenceStub stub, boolean slow) {
        StreamClient client = new StreamClient(stub, slow);
        stub.inferStream(client);
        return client;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<InferStreamRequest> observer) {
        call = observer;
        if (slow) {
            observer.disableAutoRequestWithInitial(0);
        }
    }

    void send(String requestId, InferRequest.Builder request) {
        call.onNext(InferStreamRequest.newBuilder()
                .setRequestId(requestId)
                .setRequest(request)
                .build());
    }

    void sendWithoutVerdicts(String requestId, InferRequest.Builder request) {
        call.onNext(InferStreamRequest.newBuilder()
                .setRequestId(requestId)
                .setRequest(request)
                .setNoVerdicts(true)
                .build());
    }

    void halfClose() {
        call.onCompleted();
    }

    /**
     * Waits until the gateway has seen what was sent so far, on a stream that it has already taken something from. One answer
     * is not enough: the headers of the call that is asked may overtake the data of this stream, but not beyond one flush.
     */
    void awaitSeen() {
        ask();
        ask();
    }

    private void ask() {
        try {
            TieredInferenceGrpc.newBlockingStub(stub.getChannel()).getVerdict(GetVerdictRequest.getDefaultInstance());
        } catch (StatusRuntimeException notFound) {
            // Whatever the answer is, it is here.
        }
    }

    void cancel() {
        call.cancel("the test cancels", null);
    }

    void read(int count) {
        call.request(count);
    }

    List<InferStreamResponse> received() {
        return recorder.received();
    }

    /** The response of that number, counted from 1, once it is there. */
    InferStreamResponse await(int number) {
        RunningGateway.eventually().until(() -> received().size() >= number);
        return received().get(number - 1);
    }

    boolean hasEnded() {
        return recorder.end().isDone();
    }

    /** Waits for the end, which must be a good one. */
    void awaitEnd() {
        RunningGateway.eventually().until(this::hasEnded);
        recorder.end().join();
    }

    /** Waits for the stream to fail. */
    Status awaitFailure() {
        try {
            awaitEnd();
        } catch (CompletionException failure) {
            return Status.fromThrowable(failure);
        }
        throw new AssertionError("the stream ended well (expected: a failure)");
    }

    @Override
    public void onNext(InferStreamResponse response) {
        recorder.onNext(response);
    }

    @Override
    public void onError(Throwable failure) {
        recorder.onError(failure);
    }

    @Override
    public void onCompleted() {
        recorder.onCompleted();
    }
}
