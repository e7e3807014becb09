package io.tiergate.edge.escalation;

import io.tiergate.serving.inference.UnavailableException;

/** The ledger cannot take a promise now. The reason is one word for {@code tiergate.reason}. */
public final class LedgerUnavailableException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    LedgerUnavailableException(String reason, Throwable cause) {
        super("The ledger cannot answer now (%s). Try again shortly.".formatted(reason), cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
