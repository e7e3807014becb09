package io.tiergate.serving.inference;

import io.tiergate.proto.inference.InferParameter;

/** A request that asks for something it cannot have. The message names the thing, what came and what was expected. */
public final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidRequestException(String message) {
        super(message);
    }

    /** A parameter with a value that it cannot have. */
    public static InvalidRequestException ofParameter(String name, InferParameter value, String expected) {
        String got = value.toString().strip();
        return new InvalidRequestException(
                "parameter '%s': %s (expected: %s)".formatted(name, got.isEmpty() ? "no value" : got, expected));
    }
}
