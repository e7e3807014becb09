package io.tiergate.edge.inference;

/** More requests are waiting than the gateway keeps: the caller should try again shortly. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(int capacity) {
        super(
                "Exceeds maximum queue size: up to %d requests may wait, and their bytes must fit into a quarter of the heap. Try again shortly."
                        .formatted(capacity));
    }
}
