package io.tiergate.edge.verdict;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.proto.v1.Verdict;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The calls that are waiting for the verdict of their own escalation. Safe on every thread. */
public final class VerdictWaiters {
    private final Map<String, CompletableFuture<Verdict>> expected = new ConcurrentHashMap<>();

    /** Starts to listen for a verdict; to be called before the escalation is stored, so that none is missed. */
    public void expect(String escalationId) {
        expected.put(escalationId, new CompletableFuture<>());
    }

    /** The final verdict of an expected escalation, on a worker thread; never, if it was not expected. */
    public Uni<Verdict> verdict(String escalationId) {
        CompletableFuture<Verdict> future = expected.get(escalationId);
        return future == null
                ? Uni.createFrom().nothing()
                : Uni.createFrom().completionStage(future).emitOn(Infrastructure.getDefaultExecutor());
    }

    public void forget(String escalationId) {
        expected.remove(escalationId);
    }

    /** The escalations for whose verdict somebody waits. */
    Set<String> expected() {
        return Set.copyOf(expected.keySet());
    }

    /** Tells whoever waits; verdicts that leave the decision to a person or nobody do not end the wait. */
    void arrived(Verdict verdict) {
        if (verdict.hasFinal()) {
            CompletableFuture<Verdict> future = expected.get(verdict.getEscalationId());
            if (future != null) {
                future.complete(verdict);
            }
        }
    }
}
