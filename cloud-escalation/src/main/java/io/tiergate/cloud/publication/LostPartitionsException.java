package io.tiergate.cloud.publication;

/** The consumer group has moved on: the batch's partitions are read again, by this replica or another. */
final class LostPartitionsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostPartitionsException(String message, Throwable cause) {
        super(message, cause);
    }
}
