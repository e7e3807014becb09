package io.tiergate.edge.escalation;

/** Where an escalation stands in the ledger. The numbers are stored and must never change. */
public enum EscalationState {
    PENDING(1),
    SENT(2),
    PARKED(3),
    VERDICT(4),
    EXPIRED(5),
    EVICTED(6),
    REJECTED(7);

    private final int code;

    EscalationState(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static EscalationState of(int code) {
        for (EscalationState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        throw new IllegalStateException("ledger holds an unknown state: " + code);
    }

    /** Whether the sample may still be needed: its payload is kept. */
    public boolean isOpen() {
        return this == PENDING || this == SENT || this == PARKED;
    }
}
