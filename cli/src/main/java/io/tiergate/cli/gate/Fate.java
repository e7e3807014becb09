package io.tiergate.cli.gate;

import io.tiergate.gate.GateDecision;

/** What became of a request. */
enum Fate {
    ACCEPTED,
    /** Accepted, and sent all the same. */
    AUDITED,
    ESCALATED,
    KEPT_LOCAL,
    SHED;

    static Fate of(GateDecision decision) {
        return switch (decision) {
            case GateDecision.Accept accept -> accept.isAudited() ? AUDITED : ACCEPTED;
            case GateDecision.Escalate escalate -> ESCALATED;
            case GateDecision.KeepLocal keepLocal -> KEPT_LOCAL;
            case GateDecision.Shed shed -> SHED;
        };
    }

    boolean isAccepted() {
        return this == ACCEPTED || this == AUDITED;
    }

    boolean isSent() {
        return this == AUDITED || this == ESCALATED;
    }
}
