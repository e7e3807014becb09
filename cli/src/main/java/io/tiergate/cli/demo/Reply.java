package io.tiergate.cli.demo;

import io.grpc.Status;

/** How one request ended. */
sealed interface Reply {
    /** Position in the replay, from 0. */
    int index();

    /** From when it was sent, or should have been sent at a held rate, to its end; retries included. */
    long latencyNanos();

    /** It was answered. */
    record Answered(int index, long latencyNanos, Answer answer) implements Reply {}

    /** It failed, after what retries were worth while. */
    record Failed(int index, long latencyNanos, Status status) implements Reply {}
}
