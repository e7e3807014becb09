package io.tiergate.ledger;

import java.io.IOException;

/** A ledger cannot be used. The message is one sentence for whoever runs the gateway: what was found, and what to do. */
public final class UnusableLedgerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean damaged;

    private UnusableLedgerException(String message, boolean damaged, Throwable cause) {
        super(message, cause);
        this.damaged = damaged;
    }

    static UnusableLedgerException refused(String message, Throwable cause) {
        return new UnusableLedgerException(message, false, cause);
    }

    static UnusableLedgerException damaged(String message, Throwable cause) {
        return new UnusableLedgerException(message, true, cause);
    }

    /** Whether {@code ./tiergate outbox repair} helps. */
    public boolean isDamaged() {
        return damaged;
    }
}
