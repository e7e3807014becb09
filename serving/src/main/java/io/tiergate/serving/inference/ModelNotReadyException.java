package io.tiergate.serving.inference;

/** A model that is in the repository but cannot be used. */
public final class ModelNotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelNotReadyException(String message) {
        super(message);
    }

    static ModelNotReadyException unloaded(Servable model) {
        return new ModelNotReadyException(
                "Request for unknown model: '%s' version %d is not at ready state: it has just been unloaded"
                        .formatted(model.name(), model.version()));
    }
}
