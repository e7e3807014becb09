package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferStreamRequest;
import io.tiergate.proto.v1.InferStreamResponse;
import io.tiergate.proto.v1.Unfollowed;
import io.tiergate.serving.grpc.Failures;
import io.tiergate.serving.inference.InvalidRequestException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * One client's stream of requests, results and verdicts. A request takes one of the stream's places until its result is sent, and
 * results are sent only while the client takes them: so no more requests are in hand, waiting or answered, than there are places.
 *
 * <p>Requests are checked on the event loop, as those of calls are. Everything is sent in rounds, on a worker thread.
 */
final class InferStream implements OpenStream, StreamObserver<InferStreamRequest> {
    /** Part of the API: requests that are taken before the first result is sent. */
    static final int PLACES = 64;

    private static final int LONGEST_REQUEST_ID = 256;

    private final InferRequests requests;
    private final ServerCallStreamObserver<InferStreamResponse> client;
    private final Consumer<OpenStream> ended;
    private final Rounds rounds = new Rounds(this::round, this::failed);
    private final StreamVerdicts verdicts;
    private final UnicastProcessor<InferStreamRequest> arrived = UnicastProcessor.create();
    /** Results to send; never more than there are places. */
    private final Queue<StreamAnswer> answers = new ConcurrentLinkedQueue<>();

    private volatile boolean halfClosed;
    /** The client's doing, or the end of a stream on which something came that is no request. */
    private volatile boolean cancelled;

    private volatile boolean allAnswered;
    private volatile boolean draining;
    private volatile Throwable broken;
    /** Places to give to the client once it takes results again. This and the next are touched in rounds alone. */
    private int freePlaces;

    private boolean over;

    /**
     * @param ended told when the stream has come to its end, whoever made it
     */
    InferStream(
            InferRequests requests,
            Ledger ledger,
            Followers followers,
            Escalations escalations,
            ServerCallStreamObserver<InferStreamResponse> client,
            Consumer<OpenStream> ended) {
        this.requests = requests;
        this.client = client;
        this.ended = ended;
        this.verdicts = new StreamVerdicts(ledger, followers, escalations, rounds::wake);
    }

    @Override
    public void start() {
        Cancellable work = arrived.onItem()
                .transformToUni(this::answer)
                .merge(PLACES)
                .subscribe()
                .with(this::answered, this::broken, this::allAnswered);
        client.disableAutoRequest();
        client.setOnReadyHandler(rounds::wake);
        client.setOnCancelHandler(() -> {
            cancelled = true;
            work.cancel();
            rounds.wake();
        });
        client.request(PLACES);
    }

    @Override
    public void onNext(InferStreamRequest request) {
        arrived.onNext(request);
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        arrived.onComplete();
    }

    /** The client has cancelled, which the call's own handler is told too. */
    @Override
    public void onError(Throwable cancellation) {}

    private Uni<StreamAnswer> answer(InferStreamRequest request) {
        // Not the request: one that waits for a verdict must not hold its tensors meanwhile.
        String id = request.getRequestId();
        boolean withVerdicts = !request.getNoVerdicts();
        if (id.length() > LONGEST_REQUEST_ID) {
            return Uni.createFrom()
                    .item(StreamAnswer.failure(
                            id,
                            new InvalidRequestException("request_id: %d characters (expected: at most %d)"
                                    .formatted(id.length(), LONGEST_REQUEST_ID))));
        }
        // Deferred: the model that it keeps is given back by whoever is subscribed, which a stream that ends just now
        // is not any more.
        InferRequest asked = request.getRequest();
        return Uni.createFrom()
                .deferred(() -> requests.answer(asked))
                .map(answer -> StreamAnswer.result(id, answer, withVerdicts))
                .onFailure()
                .recoverWithItem(failure -> StreamAnswer.failure(id, failure));
    }

    private void answered(StreamAnswer answer) {
        answers.add(answer);
        rounds.wake();
    }

    private void allAnswered() {
        allAnswered = true;
        rounds.wake();
    }

    private void broken(Throwable failure) {
        broken = failure;
        rounds.wake();
    }

    /** Takes no more requests; once those in hand are answered, the client is sent elsewhere. */
    @Override
    public void drain() {
        draining = true;
        arrived.onComplete();
        rounds.wake();
    }

    private Uni<Void> round() {
        if (over) {
            return Uni.createFrom().voidItem();
        }
        if (isCancelled()) {
            end();
            return Uni.createFrom().voidItem();
        }
        if (broken != null) {
            return Uni.createFrom().failure(broken);
        }
        sendAnswers();
        finish();
        return !over && client.isReady() && verdicts.hasNews()
                ? verdicts.news().invoke(this::tell).replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    private void sendAnswers() {
        while (client.isReady() && !answers.isEmpty()) {
            StreamAnswer answer = answers.remove();
            client.onNext(answer.response());
            freePlaces++;
            // Not before its result is sent: a verdict of what the client does not know yet would tell it nothing.
            List<String> givenUp = verdicts.follow(answer);
            if (!givenUp.isEmpty()) {
                client.onNext(InferStreamResponse.newBuilder()
                        .setUnfollowed(Unfollowed.newBuilder().addAllEscalationIds(givenUp))
                        .build());
            }
        }
        if (client.isReady() && freePlaces > 0 && !draining) {
            client.request(freePlaces);
            freePlaces = 0;
        }
    }

    private void finish() {
        if (!allAnswered || !answers.isEmpty()) {
            return;
        }
        if (halfClosed && verdicts.isEmpty()) {
            end();
            client.onCompleted();
        } else if (draining) {
            end();
            client.onError(Status.UNAVAILABLE
                    .withDescription(
                            "Server not ready: the gateway is stopping. Requests without a result were not taken; send them again.")
                    .asRuntimeException());
        }
    }

    private void tell(List<InferStreamResponse> news) {
        news.forEach(client::onNext);
        rounds.wake();
    }

    private boolean isCancelled() {
        return cancelled || client.isCancelled();
    }

    private void end() {
        over = true;
        verdicts.close();
        ended.accept(this);
    }

    private void failed(Throwable failure) {
        end();
        if (!isCancelled()) {
            client.onError(Failures.toStatus(failure));
        }
    }
}
