package io.tiergate.cli.gate;

import io.tiergate.gate.GateDecision;
import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.RiskEstimate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a gate did in a replay.
 *
 * @param decisions by request
 * @param fates by request, as the decisions have it
 * @param windows how the gate stood at the end of each window of {@value #WINDOW} requests; the last may be shorter
 */
record Trace(
        double thresholdAtStart,
        List<GateDecision> decisions,
        List<Fate> fates,
        List<Standing> windows,
        List<Alarm> alarms) {
    static final int WINDOW = 500;

    /** How a gate stands. */
    record Standing(double threshold, RiskEstimate estimate) {}

    Trace {
        decisions = List.copyOf(decisions);
        fates = List.copyOf(fates);
        windows = List.copyOf(windows);
        alarms = List.copyOf(alarms);
    }

    /** How often each reason was given. */
    Map<String, Integer> reasons() {
        Map<String, Integer> reasons = new TreeMap<>();
        decisions.forEach(decision -> reasons.merge(decision.reason(), 1, Integer::sum));
        return reasons;
    }

    double thresholdAtEnd() {
        return windows.getLast().threshold();
    }
}
