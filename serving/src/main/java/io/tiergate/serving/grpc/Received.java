package io.tiergate.serving.grpc;

import io.grpc.Status;

/** What came of the bytes of a request. */
sealed interface Received<T> {
    record Message<T>(T message) implements Received<T> {}

    /** The bytes are no such message; the status says what the client is told. */
    record Unreadable<T>(Status status) implements Received<T> {}
}
