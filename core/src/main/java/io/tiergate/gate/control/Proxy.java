package io.tiergate.gate.control;

import io.tiergate.gate.certificate.Agreement;
import java.util.Optional;

/**
 * How many disagreements of the ensemble stand for one error of the edge.
 *
 * @param expected as counted at calibration; 0 if nobody has counted
 * @param low lower bound; 0 if there is none, which makes the ensemble's silence worthless
 * @param high upper bound; infinite if there is none, which makes its voice worthless as a proof
 */
record Proxy(double expected, double low, double high) {
    /** Of each bound; a part of what {@link RiskEstimate} may be wrong by. */
    private static final double DELTA = 0.0125;

    /** Nobody has counted. */
    static final Proxy UNKNOWN = new Proxy(0, 0, Double.POSITIVE_INFINITY);

    static Proxy of(Optional<Agreement> agreement) {
        return agreement
                .filter(counted -> counted.lowerRatio(DELTA) > 0)
                .map(counted ->
                        new Proxy(counted.ratio(), Math.min(1, counted.lowerRatio(DELTA)), counted.upperRatio(DELTA)))
                .orElse(UNKNOWN);
    }

    /** The ratio by which disagreements count against a threshold: where nobody has counted, each as no more than one error. */
    double suspicion() {
        return expected > 0 ? expected : 1;
    }

    /** A ratio for labels of which some are the ensemble's and the others, a person's, need none. */
    static double mixed(double ratio, long byEnsemble, long byPerson) {
        long labels = byEnsemble + byPerson;
        return labels == 0 ? 1 : (byEnsemble * ratio + byPerson) / labels;
    }
}
