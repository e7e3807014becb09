package io.tiergate.serving.inference;

/** More requests are waiting than the server keeps. */
public final class QueueFullException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    QueueFullException(int capacity) {
        super(
                "Exceeds maximum queue size: up to %d requests may wait, and their bytes must fit into a quarter of the heap. Try again shortly."
                        .formatted(capacity),
                null);
    }
}
