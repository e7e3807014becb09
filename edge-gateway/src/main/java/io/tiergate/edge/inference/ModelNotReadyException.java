package io.tiergate.edge.inference;

/** A model that is in the repository but cannot be used. */
public final class ModelNotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelNotReadyException(String message) {
        super(message);
    }
}
