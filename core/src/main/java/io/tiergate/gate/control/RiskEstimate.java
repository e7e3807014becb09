package io.tiergate.gate.control;

import java.util.List;

/**
 * What audits say of the accepted answers. The bounds hold together, at all times since the gate's last restart, in 95 of 100 gates.
 *
 * @param estimated share of wrong answers among the accepted ones; NaN without audits
 * @param lower bound, 0 to 1
 * @param upper bound, 0 to 1
 * @param disagreement share to which the ensemble gives another label, among those it labelled: not a risk; NaN without such
 * @param audits drawn
 * @param open of these, those without a label yet: each counts as an error in the upper bound
 */
public record RiskEstimate(double estimated, double lower, double upper, double disagreement, long audits, long open) {
    private static final double ALPHA = 0.05;

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
        for (AuditCount count : counts) {
            all = all.plus(count);
            double weight = 1 / count.inclusion();
            ensembleWeights += weight * count.labelledByEnsemble();
            ensembleWrong += weight * count.wrongByEnsemble();
            double errors = count.wrongByPerson() + count.openWrong();
            if (proxy.expected() > 0) {
                errors += count.wrongByEnsemble() / proxy.expected();
            } else {
                errors += count.wrongByEnsemble();
            }
            weights += weight * (count.right() + count.wrong() + count.open());
            wrong += weight * errors;
        }
        double low = Proxy.mixed(proxy.low(), all.labelledByEnsemble(), all.labelledByPerson());
        double high = Math.max(1, Proxy.mixed(proxy.high(), all.labelledByEnsemble(), all.labelledByPerson()));
        double upper = Betting.upper(weighted(counts, smallest, true), ALPHA / 2);
        double lower = Betting.lower(weighted(counts, smallest, false), ALPHA / 2);
        return new RiskEstimate(
                weights == 0 ? Double.NaN : Math.min(1, wrong / weights),
                lower / high,
                low == 0 ? 1 : Math.min(1, upper / low),
                ensembleWeights == 0 ? Double.NaN : ensembleWrong / ensembleWeights,
                all.right() + all.wrong() + all.open(),
                all.open());
    }

    private static List<Betting.Weighted> weighted(List<AuditCount> counts, double smallest, boolean openIsWrong) {
        return counts.stream()
                .map(count -> new Betting.Weighted(
                        Math.min(1, smallest / count.inclusion()),
                        count.right() + (openIsWrong ? 0 : count.open()),
                        count.wrong() + (openIsWrong ? count.open() : 0)))
                .toList();
    }
}
