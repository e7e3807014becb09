package io.tiergate.cli.gate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.tiergate.gate.control.RiskEstimate;

/**
 * Some requests in a row, and how the gate stood at their end. Null where there is no such number.
 *
 * @param from index of the first request
 * @param to index behind the last
 * @param trueRisk share of wrong ones among the accepted
 * @param estimatedRisk as the gate reports it, as are the bounds
 * @param threshold null while nothing is accepted
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ReplayWindow(
        int from,
        int to,
        int accepted,
        Double trueRisk,
        Double estimatedRisk,
        Double lowerBound,
        Double upperBound,
        Double threshold,
        double escalationRate) {

    static ReplayWindow of(int from, int to, int accepted, int wrong, int escalated, Trace.Standing standing) {
        RiskEstimate estimate = standing.estimate();
        return new ReplayWindow(
                from,
                to,
                accepted,
                finite((double) wrong / accepted),
                finite(estimate.estimated()),
                finite(estimate.lower()),
                finite(estimate.upper()),
                finite(standing.threshold()),
                (double) escalated / (to - from));
    }

    /** JSON knows neither NaN nor infinity. */
    static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
