package io.tiergate.gate;

import java.util.HashMap;
import java.util.Map;

/**
 * Hands out decisions, for each reason the same object again while nothing else about it changes: most samples in a row are decided alike,
 * and need no memory then. Not safe for use by several threads.
 */
final class Decisions {
    private final Map<String, GateDecision.Escalate> escalate = new HashMap<>();
    private final Map<String, GateDecision.KeepLocal> keepLocal = new HashMap<>();
    private final Map<String, GateDecision.Shed> shed = new HashMap<>();
    private GateDecision.Accept accept = new GateDecision.Accept(Reasons.CONFIDENT, 0, 0, 0);
    private GateDecision.Accept audit = accept;

    GateDecision.Accept accept(double threshold, long epoch) {
        if (!isAt(accept, threshold) || accept.epoch() != epoch) {
            accept = new GateDecision.Accept(Reasons.CONFIDENT, threshold, 0, epoch);
        }
        return accept;
    }

    GateDecision.Accept audit(double threshold, double probability, long epoch) {
        if (!isAt(audit, threshold)
                || audit.epoch() != epoch
                || Double.compare(audit.auditProbability(), probability) != 0) {
            audit = new GateDecision.Accept(Reasons.CONFIDENT, threshold, probability, epoch);
        }
        return audit;
    }

    GateDecision.Escalate escalate(String reason, double threshold, long epoch, boolean withinBudget) {
        GateDecision.Escalate last = escalate.get(reason);
        if (last == null || !isAt(last, threshold) || last.epoch() != epoch || last.withinBudget() != withinBudget) {
            last = new GateDecision.Escalate(reason, threshold, epoch, withinBudget);
            escalate.put(reason, last);
        }
        return last;
    }

    GateDecision.KeepLocal keepLocal(String reason, double threshold) {
        GateDecision.KeepLocal last = keepLocal.get(reason);
        if (last == null || !isAt(last, threshold)) {
            last = new GateDecision.KeepLocal(reason, threshold);
            keepLocal.put(reason, last);
        }
        return last;
    }

    GateDecision.Shed shed(String reason, double threshold) {
        GateDecision.Shed last = shed.get(reason);
        if (last == null || !isAt(last, threshold)) {
            last = new GateDecision.Shed(reason, threshold);
            shed.put(reason, last);
        }
        return last;
    }

    private static boolean isAt(GateDecision decision, double threshold) {
        return Double.compare(decision.threshold(), threshold) == 0;
    }
}
