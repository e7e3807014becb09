package io.tiergate.serving.inference;

/** A request that asks for something it cannot have. The message names the thing, what came and what was expected. */
public final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidRequestException(String message) {
        super(message);
    }
}
