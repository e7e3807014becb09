package io.tiergate.serving.claimcheck;

/** The store answers, but what was claimed is not there, or is something else: asking again will not help. */
public final class LostObjectException extends Exception {
    private static final long serialVersionUID = 1L;

    LostObjectException(String message) {
        super(message);
    }
}
