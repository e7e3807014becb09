package io.tiergate.edge.api;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.edge.escalation.EscalationRow;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerUnavailableException;
import io.tiergate.proto.v1.InferStreamResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The verdicts that a stream still owes its client: of the escalations that it has shown, and has not told the end of. They wait in
 * the ledger; what is kept here is a bounded number of ids. Used by one round of the stream at a time.
 */
final class StreamVerdicts {
    /** Part of the API: escalations beyond so many are given up, the oldest first. */
    static final int MOST_FOLLOWED = 10_000;

    private static final int PAGE = 128;
    private static final Duration PAUSE = Duration.ofMillis(250);

    private record Owed(String requestId, boolean parkedTold) {}

    private final Ledger ledger;
    private final Followers followers;
    private final Escalations escalations;
    private final Runnable wake;
    private final Consumer<String> follower = this::changed;
    /** By escalation, the oldest first. */
    private final Map<String, Owed> owed = new LinkedHashMap<>();
    /** Which of them to look up; a ledger thread adds to it. */
    private final Set<String> changed = ConcurrentHashMap.newKeySet();

    /** @param wake called on any thread when there is news */
    StreamVerdicts(Ledger ledger, Followers followers, Escalations escalations, Runnable wake) {
        this.ledger = ledger;
        this.followers = followers;
        this.escalations = escalations;
        this.wake = wake;
    }

    private void changed(String id) {
        changed.add(id);
        wake.run();
    }

    /**
     * Follows the escalations that an answer has shown.
     *
     * @return those that are given up for them
     */
    List<String> follow(StreamAnswer answer) {
        for (String id : answer.escalations()) {
            owed.put(id, new Owed(answer.response().getRequestId(), false));
            followers.follow(id, follower);
            // A fast verdict may have come before the answer left.
            changed.add(id);
        }
        List<String> givenUp = new ArrayList<>();
        Iterator<String> oldest = owed.keySet().iterator();
        while (owed.size() > MOST_FOLLOWED) {
            String id = oldest.next();
            oldest.remove();
            followers.unfollow(id, follower);
            changed.remove(id);
            givenUp.add(id);
        }
        return givenUp;
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    boolean hasNews() {
        return !changed.isEmpty();
    }

    /** What has become of escalations since the last time, a page of it, to be sent; more may be left. */
    Uni<List<InferStreamResponse>> news() {
        List<String> page = changed.stream().limit(PAGE).toList();
        // Before they are looked up: what changes meanwhile is looked up again.
        page.forEach(changed::remove);
        return ledger.find(page)
                .emitOn(Infrastructure.getDefaultExecutor())
                .map(this::news)
                .onFailure(LedgerUnavailableException.class)
                .recoverWithItem(() -> {
                    lookUpLater(page);
                    return List.of();
                });
    }

    private void lookUpLater(List<String> page) {
        Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(PAUSE)
                .subscribe()
                .with(paused -> page.forEach(this::changed));
    }

    private List<InferStreamResponse> news(List<EscalationRow> found) {
        List<InferStreamResponse> news = new ArrayList<>();
        for (EscalationRow escalation : found) {
            Owed verdict = owed.get(escalation.id());
            if (verdict == null) {
                continue;
            }
            if (!escalation.state().isOpen()) {
                owed.remove(escalation.id());
                followers.unfollow(escalation.id(), follower);
                news.add(told(verdict, escalation));
            } else if (escalation.state() == EscalationState.PARKED && !verdict.parkedTold()) {
                owed.put(escalation.id(), new Owed(verdict.requestId(), true));
                news.add(told(verdict, escalation));
            }
        }
        return news;
    }

    private InferStreamResponse told(Owed verdict, EscalationRow escalation) {
        return InferStreamResponse.newBuilder()
                .setRequestId(verdict.requestId())
                .setVerdict(escalations.toProto(escalation))
                .build();
    }

    /** Follows nothing any more. */
    void close() {
        owed.keySet().forEach(id -> followers.unfollow(id, follower));
        owed.clear();
        changed.clear();
    }
}
