package io.tiergate.cloud;

/** A failure that only a new process can mend. The message is for the operator. */
public final class FatalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FatalException(String message, Throwable cause) {
        super(message, cause);
    }
}
