package io.tiergate.serving.openinference;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelStreamInferResponse;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One client's stream of requests. Several are worked on at once, and answers leave in the order of the requests. The next request is
 * taken from the network only when an answer has left, and answers leave only while the client takes them: a stream holds no more
 * requests than {@link #IN_FLIGHT}, whatever its client does.
 */
final class InferenceStream implements StreamObserver<ModelInferRequest> {
    private static final int IN_FLIGHT = 32;

    private final ServerCallStreamObserver<ModelStreamInferResponse> client;
    private final Function<ModelInferRequest, Uni<ModelStreamInferResponse>> answers;
    private final Consumer<InferenceStream> ended;
    private final Queue<Pending> pending = new ConcurrentLinkedQueue<>();
    /** Wake-ups not worked off yet; whoever raises it from zero does the work, so that one thread at a time sends. */
    private final AtomicInteger wakeUps = new AtomicInteger();

    private volatile boolean halfClosed;
    private volatile boolean draining;
    private boolean closed;

    /**
     * @param answers gives every request its answer, and never fails
     * @param ended told when the stream is over
     */
    InferenceStream(
            ServerCallStreamObserver<ModelStreamInferResponse> client,
            Function<ModelInferRequest, Uni<ModelStreamInferResponse>> answers,
            Consumer<InferenceStream> ended) {
        this.client = client;
        this.answers = answers;
        this.ended = ended;
    }

    /** To be called while the call's handler has not returned. */
    void start() {
        client.disableAutoRequest();
        client.setOnReadyHandler(this::wake);
        client.setOnCancelHandler(this::cancelled);
        client.request(IN_FLIGHT);
    }

    @Override
    public void onNext(ModelInferRequest request) {
        Pending next = new Pending();
        pending.add(next);
        next.work = answers.apply(request).subscribe().with(answer -> {
            next.answer = answer;
            wake();
        });
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        wake();
    }

    /** The handler of cancellation, which gRPC calls before, has done everything. */
    @Override
    public void onError(Throwable failure) {}

    /** Takes no more requests, and sends the client elsewhere once those that were taken are answered. */
    void drain() {
        draining = true;
        wake();
    }

    private void cancelled() {
        pending.forEach(each -> each.work.cancel());
        pending.clear();
        ended.accept(this);
    }

    private void wake() {
        if (wakeUps.getAndIncrement() > 0) {
            return;
        }
        int seen;
        do {
            seen = wakeUps.get();
            send();
        } while (wakeUps.addAndGet(-seen) > 0);
    }

    private void send() {
        Pending first = pending.peek();
        while (first != null && first.answer != null && client.isReady()) {
            pending.remove(first);
            client.onNext(first.answer);
            if (!draining) {
                client.request(1);
            }
            first = pending.peek();
        }
        if (first == null && !closed && (halfClosed || draining)) {
            close();
        }
    }

    private void close() {
        closed = true;
        ended.accept(this);
        if (halfClosed) {
            client.onCompleted();
        } else {
            client.onError(Status.UNAVAILABLE
                    .withDescription(OpenInferenceService.STOPPING)
                    .asRuntimeException());
        }
    }

    /** A request that was taken and whose answer has not left. */
    private static final class Pending {
        private Cancellable work;
        private volatile ModelStreamInferResponse answer;
    }
}
