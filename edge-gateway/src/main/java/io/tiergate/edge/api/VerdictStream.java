package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerEvent;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.serving.grpc.Failures;
import java.util.List;
import java.util.function.Consumer;

/**
 * One watcher of verdicts. Events are read from the ledger page by page, and only while the client takes them: a slow reader holds
 * up nobody and costs no memory, because the ledger itself is its queue.
 */
final class VerdictStream implements OpenStream {
    private static final int PAGE = 128;
    private static final long UNKNOWN = -1;

    private final Ledger ledger;
    private final Escalations escalations;
    private final ServerCallStreamObserver<VerdictEvent> client;
    private final Consumer<OpenStream> ended;
    private final Rounds rounds = new Rounds(this::round, this::failed);
    private final Consumer<List<String>> onEvent = changed -> rounds.wake();
    private final Uni<Long> begin;

    /** The last event sent; touched in rounds alone. */
    private long cursor = UNKNOWN;

    private volatile boolean draining;

    /**
     * @param begin the cursor after which to begin; asked in the first round
     * @param ended told when the client is gone or has been sent away
     */
    VerdictStream(
            Ledger ledger,
            Escalations escalations,
            Uni<Long> begin,
            ServerCallStreamObserver<VerdictEvent> client,
            Consumer<OpenStream> ended) {
        this.ledger = ledger;
        this.escalations = escalations;
        this.begin = begin;
        this.client = client;
        this.ended = ended;
    }

    @Override
    public void start() {
        client.setOnReadyHandler(rounds::wake);
        client.setOnCancelHandler(this::forget);
        ledger.onEvent(onEvent);
        rounds.wake();
    }

    /** Sends a page, if the client takes one, and sees to it that the next one follows. */
    private Uni<Void> round() {
        if (draining) {
            return Uni.createFrom()
                    .failure(Status.UNAVAILABLE
                            .withDescription(
                                    "Server not ready: the gateway is stopping. Watch again after the last cursor.")
                            .asRuntimeException());
        }
        return cursor == UNKNOWN ? begin.invoke(position -> cursor = position).chain(this::sendPage) : sendPage();
    }

    private Uni<Void> sendPage() {
        if (client.isCancelled() || !client.isReady()) {
            return Uni.createFrom().voidItem();
        }
        return ledger.eventsAfter(cursor, PAGE)
                // The ledger's reading thread has more to do than to encode.
                .emitOn(Infrastructure.getDefaultExecutor())
                .invoke(this::sendAll)
                .replaceWithVoid();
    }

    private void sendAll(List<LedgerEvent> events) {
        for (LedgerEvent event : events) {
            client.onNext(VerdictEvent.newBuilder()
                    .setCursor(event.cursor())
                    .setEscalation(escalations.toProto(event.escalation()))
                    .build());
            cursor = event.cursor();
        }
        if (!events.isEmpty()) {
            rounds.wake();
        }
    }

    /** Sends the client elsewhere; it resumes after its cursor with whichever gateway comes next. */
    @Override
    public void drain() {
        draining = true;
        rounds.wake();
    }

    private void forget() {
        ledger.removeEventListener(onEvent);
        ended.accept(this);
    }

    private void failed(Throwable failure) {
        forget();
        if (!client.isCancelled()) {
            client.onError(Failures.toStatus(failure));
        }
    }
}
