package io.tiergate.image;

/** A picture that cannot be used. The message is one sentence for the person who sent it. */
public final class InvalidImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidImageException(String message) {
        super(message);
    }
}
