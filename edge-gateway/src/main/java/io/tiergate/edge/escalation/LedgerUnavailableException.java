package io.tiergate.edge.escalation;

/** The ledger cannot take a promise now. The reason is one word for {@code tiergate.reason}. */
public final class LedgerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    LedgerUnavailableException(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
