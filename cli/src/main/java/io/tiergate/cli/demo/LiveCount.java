package io.tiergate.cli.demo;

import io.tiergate.cli.Figures;
import io.tiergate.proto.v1.EscalationState;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts a replay while it goes on, in one line. Safe for use by several threads. */
final class LiveCount {
    private final int requests;
    private final Outcomes outcomes;
    private final Truth truth;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger escalated = new AtomicInteger();
    private final AtomicInteger edgeRight = new AtomicInteger();
    private final AtomicInteger answerRight = new AtomicInteger();
    private final Queue<Reply.Answered> promised = new ConcurrentLinkedQueue<>();
    private final long startNanos;
    private volatile long lastReplyNanos;

    LiveCount(int requests, Outcomes outcomes, Truth truth) {
        this.requests = requests;
        this.outcomes = outcomes;
        this.truth = truth;
        this.startNanos = System.nanoTime();
        this.lastReplyNanos = startNanos;
    }

    void add(Reply reply) {
        switch (reply) {
            case Reply.Answered answer -> add(answer);
            case Reply.Failed failure -> failed.incrementAndGet();
        }
        lastReplyNanos = System.nanoTime();
    }

    private void add(Reply.Answered reply) {
        Answer answer = reply.answer();
        answered.incrementAndGet();
        if (answer.decision() == Decision.ACCEPTED) {
            accepted.incrementAndGet();
        }
        if (answer.decision() == Decision.ESCALATED) {
            escalated.incrementAndGet();
        }
        edgeRight.addAndGet(right(reply, answer.edgeLabel()));
        answerRight.addAndGet(right(reply, answer.label()));
        if (answer.promise().isPresent()) {
            promised.add(reply);
        }
    }

    private int right(Reply.Answered reply, String label) {
        return truth.isRight(reply.index(), label) ? 1 : 0;
    }

    /** Answers that are right by what is known now; only what was promised can change after its reply. */
    private int rightWithVerdicts() {
        return answerRight.get()
                + promised.stream()
                        .mapToInt(reply -> right(reply, outcomes.finalLabel(reply.answer()))
                                - right(reply, reply.answer().label()))
                        .sum();
    }

    /** How far it is: counts, the rate up to the last reply, and how often the edge and both tiers were right so far. */
    String text() {
        int failures = failed.get();
        if (answered.get() + failures == 0) {
            return String.format(Locale.ROOT, "  0 of %,d", requests);
        }
        return String.format(
                Locale.ROOT,
                "  %,d of %,d, %,.0f/s: accepted %,d, escalated %,d, verdicts %,d; right: edge %s, with verdicts %s%s",
                answered.get(),
                requests,
                perSecond(answered.get() + failures),
                accepted.get(),
                escalated.get(),
                outcomes.count(EscalationState.ESCALATION_STATE_VERDICT),
                share(edgeRight.get()),
                share(rightWithVerdicts()),
                failures == 0 ? "" : "; failed " + failures);
    }

    private double perSecond(int replies) {
        long nanos = lastReplyNanos - startNanos;
        return nanos == 0 ? 0 : replies * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
    }

    private String share(int right) {
        return answered.get() == 0 ? "-" : Figures.percent(right, answered.get());
    }
}
