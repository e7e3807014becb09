package io.tiergate.serving.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that is ended by the first request that cannot be read, or by one too few or too many where its method takes one. A stream's
 * answers to earlier requests may be on their way on another thread just then, and a call takes nothing once it is closed, nor from two
 * threads at once: hence the lock, which is held for no longer than it takes to hand over a message.
 */
final class CheckedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private boolean closed;

    CheckedCall(ServerCall<Q, R> wire) {
        super(wire);
    }

    /** Passes on what can be read, as many as the method takes. */
    ServerCall.Listener<Received<Q>> listener(ServerCall.Listener<Q> service) {
        return new Listener(service);
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
        if (!closed) {
            super.sendHeaders(headers);
        }
    }

    @Override
    public synchronized void sendMessage(R message) {
        if (!closed) {
            super.sendMessage(message);
        }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
        if (!closed) {
            closed = true;
            super.close(status, trailers);
        }
    }

    /** All of it runs on the call's event loop, so that nothing in it needs the lock. */
    private final class Listener extends ServerCall.Listener<Received<Q>> {
        private final ServerCall.Listener<Q> service;
        private final boolean takesOne = getMethodDescriptor().getType().clientSendsOneMessage();
        private boolean begun;
        private boolean over;

        private Listener(ServerCall.Listener<Q> service) {
            this.service = service;
        }

        @Override
        public void onMessage(Received<Q> request) {
            if (over) {
                return;
            }
            // gRPC calls it an internal error, as if it were the server's.
            if (takesOne && begun) {
                refuse(Status.INVALID_ARGUMENT.withDescription(
                        "2 or more request messages (expected: 1, since the method takes no stream)"));
                return;
            }
            begun = true;
            switch (request) {
                case Received.Message<Q>(Q message) -> service.onMessage(message);
                case Received.Unreadable<Q>(Status status) -> refuse(status);
            }
        }

        @Override
        public void onHalfClose() {
            if (over) {
                return;
            }
            if (takesOne && !begun) {
                refuse(Status.INVALID_ARGUMENT.withDescription(
                        "no request message (expected: 1, since the method takes no stream)"));
            } else {
                service.onHalfClose();
            }
        }

        private void refuse(Status status) {
            over = true;
            // Drops the work for what came before on the same stream.
            service.onCancel();
            close(status, new Metadata());
        }

        @Override
        public void onCancel() {
            if (!over) {
                service.onCancel();
            }
        }

        @Override
        public void onComplete() {
            if (!over) {
                service.onComplete();
            }
        }

        @Override
        public void onReady() {
            if (!over) {
                service.onReady();
            }
        }
    }
}
