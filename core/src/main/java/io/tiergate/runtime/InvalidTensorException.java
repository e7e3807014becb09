package io.tiergate.runtime;

/** A tensor that does not fit its declaration or its model. The message names the tensor, what came and what was expected. */
public final class InvalidTensorException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidTensorException(String message) {
        super(message);
    }
}
