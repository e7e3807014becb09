package io.tiergate.edge.inference;

/** More requests are waiting than the gateway keeps: the caller should try again shortly. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(int capacity) {
        super("Exceeds maximum queue size: %d requests are waiting. Try again shortly.".formatted(capacity));
    }
}
