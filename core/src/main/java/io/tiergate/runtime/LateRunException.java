package io.tiergate.runtime;

/** A run that took longer than it was given, and was ended. */
public final class LateRunException extends InferenceException {
    private static final long serialVersionUID = 1L;

    LateRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
