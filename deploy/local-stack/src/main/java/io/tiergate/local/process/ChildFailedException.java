package io.tiergate.local.process;

import java.io.IOException;

/** A child that did not come up, or does not stay up. The message says which, why, and where its log is. */
public final class ChildFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChildFailedException(String message) {
        super(message);
    }

    public ChildFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
