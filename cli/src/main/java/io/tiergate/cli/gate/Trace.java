package io.tiergate.cli.gate;

import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.RiskEstimate;
import java.util.List;
import java.util.Map;

/**
 * What a gate did in a replay.
 *
 * @param fates by request
 * @param windows how the gate stood at the end of each window of {@value #WINDOW} requests; the last may be shorter
 * @param reasons how often each was given
 */
record Trace(
        double thresholdAtStart,
        List<Fate> fates,
        List<Standing> windows,
        List<Alarm> alarms,
        Map<String, Integer> reasons) {
    static final int WINDOW = 500;

    /** How a gate stands. */
    record Standing(double threshold, RiskEstimate estimate) {}

    Trace {
        fates = List.copyOf(fates);
        windows = List.copyOf(windows);
        alarms = List.copyOf(alarms);
    }

    double thresholdAtEnd() {
        return windows.getLast().threshold();
    }
}
