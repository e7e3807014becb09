package io.tiergate.serving.grpc;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Reads requests and never throws: gRPC would answer {@code UNKNOWN}, as for a bug of the server, and log a stack trace for every
 * broken message that somebody sends.
 *
 * @param messages reads and writes the messages themselves
 */
record RequestMarshaller<T>(Marshaller<T> messages) implements Marshaller<Received<T>> {
    @Override
    public Received<T> parse(InputStream bytes) {
        try {
            return new Received.Message<>(messages.parse(bytes));
        } catch (StatusRuntimeException e) {
            return new Received.Unreadable<>(status(e));
        }
    }

    private static Status status(StatusRuntimeException failure) {
        // Thrown while a compressed message is unpacked; without compression gRPC refuses it before there is anything
        // to read.
        if (failure.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
            return failure.getStatus()
                    .augmentDescription("Send less at once, or raise the server's tiergate.grpc.max-message-size.");
        }
        String reason = failure.getCause() == null
                ? failure.getStatus().getDescription()
                : failure.getCause().getMessage();
        return Status.INVALID_ARGUMENT.withDescription(
                "request cannot be read: %s (expected: a protobuf message of this method's type). Check that the client's description of the protocol fits."
                        .formatted(reason));
    }

    @Override
    public InputStream stream(Received<T> request) {
        return switch (request) {
            case Received.Message<T>(T message) -> messages.stream(message);
            case Received.Unreadable<T>(Status status) -> throw status.asRuntimeException();
        };
    }
}
