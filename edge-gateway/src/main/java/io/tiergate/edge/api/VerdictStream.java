package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.edge.escalation.EventPage;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerEvent;
import io.tiergate.proto.v1.FellBehind;
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
    /** Part of the API: after so many events left out at the latest, the client is told the cursor. */
    private static final int MOST_LEFT_OUT = 1000;

    private final Ledger ledger;
    private final Escalations escalations;
    private final ServerCallStreamObserver<VerdictEvent> client;
    private final Consumer<OpenStream> ended;
    private final Rounds rounds = new Rounds(this::round, this::failed);
    /** One object, so that the ledger knows it again when it is removed. */
    private final Consumer<List<String>> onEvent = this::changed;

    private final Uni<Long> begin;
    private final VerdictFilter filter;

    /** The last event read. This and the next are touched in rounds alone. */
    private long cursor = UNKNOWN;
    /** Events that the filter left out since the client was last told a cursor. */
    private int leftOut;

    private volatile boolean draining;

    /**
     * @param begin the cursor after which to begin; asked in the first round
     * @param filter what the client wants of it
     * @param ended told when the client is gone or has been sent away
     */
    VerdictStream(
            Ledger ledger,
            Escalations escalations,
            Uni<Long> begin,
            VerdictFilter filter,
            ServerCallStreamObserver<VerdictEvent> client,
            Consumer<OpenStream> ended) {
        this.ledger = ledger;
        this.escalations = escalations;
        this.begin = begin;
        this.filter = filter;
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

    private void changed(List<String> escalationIds) {
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
                .invoke(this::send)
                .replaceWithVoid();
    }

    private void send(EventPage page) {
        if (cursor > page.latestCursor()) {
            throw Status.OUT_OF_RANGE
                    .withDescription(
                            "after_cursor: %d (expected: at most %d, this ledger's newest); it is of another ledger, begin anew with 0"
                                    .formatted(cursor, page.latestCursor()))
                    .asRuntimeException();
        }
        // 0 asks for whatever is left.
        if (cursor > 0 && cursor < page.oldestCursor() - 1) {
            cursor = page.oldestCursor() - 1;
            client.onNext(event(page)
                    .setFellBehind(FellBehind.newBuilder().setOldestCursor(page.oldestCursor()))
                    .build());
        }
        for (LedgerEvent event : page.events()) {
            cursor = event.cursor();
            if (filter.passes(event.escalation())) {
                client.onNext(event(page)
                        .setEscalation(escalations.toProto(event.escalation()))
                        .build());
                leftOut = 0;
            } else {
                leftOut++;
            }
        }
        if (leftOut >= MOST_LEFT_OUT || (leftOut > 0 && cursor == page.latestCursor())) {
            client.onNext(event(page).build());
            leftOut = 0;
        }
        if (!page.events().isEmpty()) {
            rounds.wake();
        }
    }

    private VerdictEvent.Builder event(EventPage page) {
        return VerdictEvent.newBuilder().setCursor(cursor).setLatestCursor(page.latestCursor());
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
