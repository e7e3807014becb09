package io.tiergate.gate.control;

import java.util.List;
import java.util.stream.Stream;

/**
 * What audits say of the answers that were accepted since the gate's last restart. The bounds hold together, at all times since, in 95 of
 * 100 gates, as long as the ensemble sees as many of the edge's errors as it did at calibration.
 *
 * @param estimated share of wrong answers among the accepted ones; NaN without an answered audit, and where it would take a ratio of the ensemble's
 *     disagreements to errors that nobody has counted
 * @param lower bound, 0 to 1
 * @param upper bound, 0 to 1
 * @param disagreement share to which the ensemble gives another label, among those it labelled: not a risk; NaN without such
 * @param audits drawn
 * @param open of these, those without a label yet: each counts as an error in the upper bound
 */
public record RiskEstimate(double estimated, double lower, double upper, double disagreement, long audits, long open) {
    /** Of each bound from counts. As much again is {@link Proxy}'s, so that both sides together make 0.05. */
    private static final double ALPHA = 0.0125;

    /**
     * Weighs counts up.
     *
     * @param smallest the smallest probability with which an audit may have been drawn
     */
    static RiskEstimate of(List<AuditCount> counts, Proxy proxy, double smallest) {
        double weights = 0;
        double wrong = 0;
        double ensembleWeights = 0;
        double ensembleWrong = 0;
        AuditCount all = AuditCount.none(1);
        // The rate may have been set lower once. A weight above 1 could lose more than the stake, one cut off at 1
        // would count too little.
        double least = smallest;
        for (AuditCount count : counts) {
            all = all.plus(count);
            least = Math.min(least, count.inclusion());
            double weight = 1 / count.inclusion();
            ensembleWeights += weight * count.labelledByEnsemble();
            ensembleWrong += weight * count.wrongByEnsemble();
            // Those of which nothing was heard are left out: nobody knows how probably they are wrong, and 0 would be
            // the
            // one answer that is never right.
            weights += weight * (count.right() + count.wrong() + count.open());
            wrong += weight * (count.wrongByPerson() + count.openWrong());
        }
        // Disagreement is no risk: without the ratio it says nothing of the number of errors.
        wrong += ensembleWeights == 0 ? 0 : ensembleWrong / (proxy.expected() > 0 ? proxy.expected() : Double.NaN);
        return new RiskEstimate(
                weights == 0 ? Double.NaN : Math.min(1, wrong / weights),
                lower(counts, proxy, least),
                upper(counts, proxy, least),
                ensembleWeights == 0 ? Double.NaN : ensembleWrong / ensembleWeights,
                all.right() + all.wrong() + all.unresolved(),
                all.unresolved());
    }

    /**
     * The smaller of two bounds, each at half: one that takes the word of people only, and one of the errors that the ensemble would see at
     * least. People are not asked at random, so that a ratio between the two would be nobody's.
     */
    private static double upper(List<AuditCount> counts, Proxy proxy, double least) {
        double byPeople = Betting.upper(weighted(counts, least, 1, 1, 1, 1), ALPHA / 2);
        double seen = Betting.upper(weighted(counts, least, 0, 1, proxy.low(), 1), ALPHA / 2);
        return Math.min(1, proxy.low() == 0 ? byPeople : Math.min(byPeople, seen / proxy.low()));
    }

    private static double lower(List<AuditCount> counts, Proxy proxy, double least) {
        return Betting.lower(weighted(counts, least, 0, 1 / Math.max(1, proxy.high()), 1, 0), ALPHA);
    }

    private static List<Betting.Weighted> weighted(
            List<AuditCount> counts, double least, double agreed, double disagreed, double wrong, double open) {
        return counts.stream()
                .flatMap(count -> {
                    double weight = least / count.inclusion();
                    return Stream.of(
                            new Betting.Weighted(weight, agreed, count.rightByEnsemble()),
                            new Betting.Weighted(weight, disagreed, count.wrongByEnsemble()),
                            new Betting.Weighted(weight, 0, count.rightByPerson()),
                            new Betting.Weighted(weight, wrong, count.wrongByPerson()),
                            new Betting.Weighted(weight, open, count.unresolved()));
                })
                .filter(each -> each.count() > 0)
                .toList();
    }
}
