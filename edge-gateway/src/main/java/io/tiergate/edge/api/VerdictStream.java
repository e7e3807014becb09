package io.tiergate.edge.api;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerEvent;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.serving.grpc.Failures;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One watcher of verdicts. Events are read from the ledger page by page, and only while the client takes them: a slow reader holds
 * up nobody and costs no memory, because the ledger itself is its queue.
 */
final class VerdictStream {
    private static final int PAGE = 128;

    private final Ledger ledger;
    private final Escalations escalations;
    private final ServerCallStreamObserver<VerdictEvent> client;
    private final Consumer<VerdictStream> ended;
    private final Consumer<List<String>> wake = changed -> wake();
    /** Wake-ups not worked off yet; whoever raises it from zero does the work, so that one thread at a time sends. */
    private final AtomicInteger pendingWakeUps = new AtomicInteger();

    private volatile long cursor;
    private volatile boolean started;
    private volatile boolean draining;

    /**
     * @param ended told once, when the client is gone or has been sent away
     */
    VerdictStream(
            Ledger ledger,
            Escalations escalations,
            ServerCallStreamObserver<VerdictEvent> client,
            Consumer<VerdictStream> ended) {
        this.ended = ended;
        this.ledger = ledger;
        this.escalations = escalations;
        this.client = client;
    }

    void start(long afterCursor, boolean onlyNew) {
        client.setOnReadyHandler(this::wake);
        client.setOnCancelHandler(this::forget);
        Uni<Long> begin = onlyNew ? ledger.lastCursor() : Uni.createFrom().item(afterCursor);
        begin.subscribe()
                .with(
                        position -> {
                            cursor = position;
                            started = true;
                            ledger.onEvent(wake);
                            if (client.isCancelled()) {
                                // The cancellation may have come before there was a listener to remove.
                                forget();
                            }
                            wake();
                        },
                        this::failed);
    }

    private void wake() {
        // gRPC may find the client ready before it is known where to begin.
        if (started && pendingWakeUps.getAndIncrement() == 0) {
            sendPage();
        }
    }

    private void sendPage() {
        if (draining) {
            failed(Status.UNAVAILABLE
                    .withDescription("Server not ready: the gateway is stopping. Watch again after the last cursor.")
                    .asRuntimeException());
            return;
        }
        if (client.isCancelled() || !client.isReady()) {
            settle();
            return;
        }
        ledger.eventsAfter(cursor, PAGE).map(this::sendAll).subscribe().with(this::proceed, this::failed);
    }

    private int sendAll(List<LedgerEvent> events) {
        for (LedgerEvent event : events) {
            client.onNext(VerdictEvent.newBuilder()
                    .setCursor(event.cursor())
                    .setEscalation(escalations.toProto(event.escalation()))
                    .build());
            cursor = event.cursor();
        }
        return events.size();
    }

    private void proceed(int sent) {
        if (sent == 0) {
            settle();
        } else {
            sendPage();
        }
    }

    /** Sends the client elsewhere; it resumes after its cursor with whichever gateway comes next. */
    void drain() {
        draining = true;
        wake();
    }

    /** Ends this round of work, unless another wake-up came meanwhile. */
    private void settle() {
        if (pendingWakeUps.getAndSet(0) > 1) {
            wake();
        }
    }

    private void forget() {
        ledger.removeEventListener(wake);
        ended.accept(this);
    }

    /** Ends the stream. The wake-ups are left as they are, so that nobody sends any more. */
    private void failed(Throwable failure) {
        forget();
        if (!client.isCancelled()) {
            client.onError(Failures.toStatus(failure));
        }
    }
}
