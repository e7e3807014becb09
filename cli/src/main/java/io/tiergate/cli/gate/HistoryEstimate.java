package io.tiergate.cli.gate;

import io.tiergate.cli.gate.LedgerHistory.Sent;
import io.tiergate.gate.Reasons;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a threshold would have done to samples that a gateway has seen. Each that was sent stands for 1 / inclusion of its like (Horvitz and
 * Thompson 1952): an escalated one for itself, an audited one for the accepted ones that were not drawn.
 *
 * @param sent escalated and audited samples in the ledger
 * @param audits of these
 * @param samples that they stand for
 * @param escalated of those, how many the threshold would escalate
 * @param judged of those that it would accept, how many stand behind a verdict
 * @param contradicted of these, how many the verdict would contradict
 */
record HistoryEstimate(int sent, int audits, double samples, double escalated, double judged, double contradicted) {
    /** Reasons for which a sample is escalated whatever the threshold. */
    private static final Set<String> WHATEVER_THE_SCORE =
            Set.of(Reasons.NON_FINITE_OUTPUT, Reasons.NOT_PROBABILITIES, Reasons.WRONG_CLASS_COUNT, Reasons.REQUESTED);

    /** @param threshold samples with at least this score are accepted */
    static HistoryEstimate of(List<Sent> history, double threshold) {
        Predicate<Sent> accepted = each -> each.score() >= threshold && !isUnfit(each.reason());
        Predicate<Sent> judged = accepted.and(each -> each.contradicted().isPresent());
        return new HistoryEstimate(
                history.size(),
                (int) history.stream().filter(Sent::audited).count(),
                weight(history, each -> true),
                weight(history, accepted.negate()),
                weight(history, judged),
                weight(history, judged.and(each -> each.contradicted().orElseThrow())));
    }

    private static boolean isUnfit(String reason) {
        return WHATEVER_THE_SCORE.contains(reason) || Reasons.isCheck(reason);
    }

    private static double weight(List<Sent> history, Predicate<Sent> which) {
        return history.stream()
                .filter(which)
                .mapToDouble(each -> 1 / each.inclusion())
                .sum();
    }

    /** Share of the samples that would be escalated; NaN without samples. */
    double escalationRate() {
        return escalated / samples;
    }

    /** Share of the accepted answers that verdicts contradict: not a risk; NaN without a verdict on one. */
    double disagreement() {
        return contradicted / judged;
    }
}
