package io.tiergate.it;

import static org.awaitility.Awaitility.await;

import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.SampleResult;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Clients that have samples escalated at a steady rate, whatever is killed meanwhile, and remember every id that they have seen. */
final class Load implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CLIENTS = 4;
    private static final int EVERY_MILLIS = 20;

    private final Edge edge;
    private final Queue<String> promised;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService clients = Executors.newScheduledThreadPool(CLIENTS);

    /**
     * Starts at once.
     *
     * @param promised takes the ids
     */
    Load(Edge edge, Queue<String> promised) {
        this.edge = edge;
        this.promised = promised;
        for (int i = 0; i < CLIENTS; i++) {
            var unused = clients.scheduleWithFixedDelay(this::escalate, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void escalate() {
        try {
            SampleResult result = edge.infer("tiny-edge", 0, 1, 0, 0);
            if (result.getDecision() == Decision.DECISION_ESCALATED) {
                promised.add(result.getEscalationId());
            } else {
                failures.add(result.toString());
            }
        } catch (RuntimeException e) {
            failures.add(e.toString());
        }
    }

    /** Waits until clients have seen so many more ids. */
    void awaitMore(int count) {
        int before = promised.size();
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> !failures.isEmpty() || promised.size() >= before + count);
        throwFailures();
    }

    private void throwFailures() {
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " calls went wrong, the first: " + failures.peek());
        }
    }

    /** Waits for the calls under way. */
    @Override
    public void close() throws InterruptedException {
        clients.shutdown();
        if (!clients.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("a call does not end");
        }
        throwFailures();
    }
}
