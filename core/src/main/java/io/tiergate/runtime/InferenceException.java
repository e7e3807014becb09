package io.tiergate.runtime;

/** A model that failed on inputs which fit its signature. */
public sealed class InferenceException extends RuntimeException permits LateRunException {
    private static final long serialVersionUID = 1L;

    public InferenceException(String message) {
        super(message);
    }

    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
