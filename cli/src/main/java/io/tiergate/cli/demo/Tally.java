package io.tiergate.cli.demo;

import io.tiergate.cli.Tiergate;
import io.tiergate.proto.v1.EscalationState;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Adds a run up to its report. */
final class Tally {
    private final List<Reply> replies;
    private final List<Reply.Answered> answered;
    private final Outcomes outcomes;
    private final Truth truth;

    Tally(List<Reply> replies, Outcomes outcomes, Truth truth) {
        this.replies = replies;
        this.answered = replies.stream()
                .filter(Reply.Answered.class::isInstance)
                .map(Reply.Answered.class::cast)
                .toList();
        this.outcomes = outcomes;
        this.truth = truth;
    }

    Report report(TopicCensus topics, Duration duration) {
        return new Report(
                replies.size(),
                replies.size() - answered.size(),
                count(Decision.ACCEPTED),
                count(Decision.ESCALATED),
                count(Decision.LOCAL_ONLY),
                count(Decision.SHED),
                count(Decision.RESOLVED),
                (int) answered.stream()
                        .filter(reply -> reply.answer().isAudited())
                        .count(),
                outcomes.count(EscalationState.ESCALATION_STATE_VERDICT),
                outcomes.count(EscalationState.ESCALATION_STATE_PARKED),
                outcomes.count(EscalationState.ESCALATION_STATE_REJECTED),
                outcomes.count(EscalationState.ESCALATION_STATE_EXPIRED),
                outcomes.count(EscalationState.ESCALATION_STATE_EVICTED),
                outcomes.open().size(),
                outcomes.duplicates(),
                topics.retrainingRecords(),
                topics.deadLetters(),
                share(
                        answered,
                        reply -> truth.isRight(reply.index(), reply.answer().edgeLabel())),
                share(answered, reply -> truth.isRight(reply.index(), outcomes.finalLabel(reply.answer()))),
                share(
                        answered.stream()
                                .filter(reply -> reply.answer().decision() == Decision.ACCEPTED)
                                .toList(),
                        reply -> truth.isRight(reply.index(), reply.answer().edgeLabel())),
                Percentiles.ofNanos(
                        replies.stream().mapToLong(Reply::latencyNanos).toArray()),
                Percentiles.ofNanos(outcomes.verdictLatenciesNanos()),
                topics.bytesEscalated(),
                bytesIfAllSent(topics),
                duration.toMillis() / 1000.0,
                new Report.Versions(
                        Tiergate.Version.current(),
                        answered.stream()
                                .map(reply -> reply.answer().model())
                                .findFirst()
                                .orElse("none answered"),
                        topics.ensembles()));
    }

    private int count(Decision decision) {
        return (int) answered.stream()
                .filter(reply -> reply.answer().decision() == decision)
                .count();
    }

    private long bytesIfAllSent(TopicCensus topics) {
        return topics.samplesEscalated() == 0
                ? 0
                : Math.round((double) topics.bytesEscalated() / topics.samplesEscalated() * replies.size());
    }

    private static double share(List<Reply.Answered> of, Predicate<Reply.Answered> which) {
        return of.isEmpty() ? 0 : (double) of.stream().filter(which).count() / of.size();
    }
}
