package io.tiergate.serving.inference;

/** A call that cannot be served now, though it may be shortly: the caller should try again. */
public class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
