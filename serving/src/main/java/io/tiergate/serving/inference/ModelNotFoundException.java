package io.tiergate.serving.inference;

/** A model or version that this gateway does not serve. */
public final class ModelNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelNotFoundException(String message) {
        super(message);
    }
}
