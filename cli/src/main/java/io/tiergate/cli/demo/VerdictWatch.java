package io.tiergate.cli.demo;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Follows the gateway's stream of verdicts; when it breaks, goes on after the last event that was handled. */
final class VerdictWatch implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final EdgeClient client;
    private final Outcomes outcomes;
    private final Context.CancellableContext context = Context.current().withCancellation();
    private final CountDownLatch closed = new CountDownLatch(1);
    private long cursor;

    private VerdictWatch(EdgeClient client, Outcomes outcomes) {
        this.client = client;
        this.outcomes = outcomes;
    }

    static VerdictWatch start(EdgeClient client, Outcomes outcomes) {
        VerdictWatch watch = new VerdictWatch(client, outcomes);
        Thread.ofPlatform().name("verdicts").daemon().start(() -> watch.context.run(watch::follow));
        return watch;
    }

    private void follow() {
        try {
            do {
                try {
                    WatchVerdictsRequest request = WatchVerdictsRequest.newBuilder()
                            .setAfterCursor(cursor)
                            .build();
                    client.stream().watchVerdicts(request).forEachRemaining(this::handle);
                } catch (StatusRuntimeException e) {
                    // The gateway is being started again, or this watch was closed; the loop tells which.
                }
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(VerdictEvent event) {
        if (event.hasEscalation()) {
            outcomes.delivered(event.getEscalation());
        }
        cursor = event.getCursor();
    }

    @Override
    public void close() {
        closed.countDown();
        context.cancel(null);
    }
}
