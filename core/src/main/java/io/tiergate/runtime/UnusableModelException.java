package io.tiergate.runtime;

/** An ONNX file that cannot be served. The message is one sentence for the person who provided it. */
public final class UnusableModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableModelException(String message) {
        super(message);
    }
}
