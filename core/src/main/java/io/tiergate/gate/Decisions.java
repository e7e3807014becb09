package io.tiergate.gate;

/**
 * Hands out decisions, the same object again while the same is decided: most samples in a row are, and need no memory then. Not safe for
 * use by several threads.
 */
final class Decisions {
    private GateDecision.Accept accept = new GateDecision.Accept("", 0, 0, 0);
    private GateDecision.Accept audit = accept;
    private GateDecision.Escalate escalate = new GateDecision.Escalate("", 0, 0);
    private GateDecision.KeepLocal keepLocal = new GateDecision.KeepLocal("", 0);
    private GateDecision.Shed shed = new GateDecision.Shed("", 0);

    GateDecision.Accept accept(String reason, double threshold, long epoch) {
        if (!isSame(accept, reason, threshold) || accept.epoch() != epoch) {
            accept = new GateDecision.Accept(reason, threshold, 0, epoch);
        }
        return accept;
    }

    GateDecision.Accept audit(String reason, double threshold, double probability, long epoch) {
        if (!isSame(audit, reason, threshold)
                || audit.epoch() != epoch
                || Double.compare(audit.auditProbability(), probability) != 0) {
            audit = new GateDecision.Accept(reason, threshold, probability, epoch);
        }
        return audit;
    }

    GateDecision.Escalate escalate(String reason, double threshold, long epoch) {
        if (!isSame(escalate, reason, threshold) || escalate.epoch() != epoch) {
            escalate = new GateDecision.Escalate(reason, threshold, epoch);
        }
        return escalate;
    }

    GateDecision.KeepLocal keepLocal(String reason, double threshold) {
        if (!isSame(keepLocal, reason, threshold)) {
            keepLocal = new GateDecision.KeepLocal(reason, threshold);
        }
        return keepLocal;
    }

    GateDecision.Shed shed(String reason, double threshold) {
        if (!isSame(shed, reason, threshold)) {
            shed = new GateDecision.Shed(reason, threshold);
        }
        return shed;
    }

    private static boolean isSame(GateDecision decision, String reason, double threshold) {
        return Double.compare(decision.threshold(), threshold) == 0
                && decision.reason().equals(reason);
    }
}
