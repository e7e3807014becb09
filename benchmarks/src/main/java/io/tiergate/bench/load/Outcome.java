package io.tiergate.bench.load;

/** How one call ended. */
enum Outcome {
    /** Answered, and the gate accepted the sample. */
    ACCEPTED,
    /** Answered, and the sample was promised to the cloud. */
    ESCALATED,
    /** Answered by a server, or for a model, without a gate. */
    UNGATED,
    /** Answered, but uncertain and neither accepted nor escalated. */
    SHED,
    /** Refused by a server that is full: {@code UNAVAILABLE} or {@code RESOURCE_EXHAUSTED}. */
    REFUSED,
    /** Not answered within its deadline. */
    EXPIRED,
    /** Any other failure. */
    FAILED;

    /** Whether the caller got what it asked for. */
    boolean isAnswer() {
        return this == ACCEPTED || this == ESCALATED || this == UNGATED;
    }
}
