package io.tiergate.serving.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code grpc.health.v1}. Its watches have no end of their own and would keep a stopping server waiting until it loses patience: they
 * are ended once they have been told that it does not serve any more. It is to be served behind {@link CheckedRequests}, whose calls
 * can be closed from any thread.
 */
final class HealthService implements DrainableService {
    private final HealthStatusManager statuses = new HealthStatusManager();
    private final Set<ServerCall<?, ?>> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(statuses.getHealthService(), this::startCall);
    }

    /** @param name of a service or a model; empty for the server as a whole */
    void set(String name, ServingStatus status) {
        statuses.setStatus(name, status);
    }

    /** Says NOT_SERVING of everything from now on, and sends those who watch elsewhere. */
    @Override
    public void drain() {
        // In this order: whoever finds the flag set has been told.
        statuses.enterTerminalState();
        draining = true;
        watches.forEach(HealthService::end);
    }

    private <Q, R> ServerCall.Listener<Q> startCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> service) {
        ServerCall.Listener<Q> listener = service.startCall(call, headers);
        return call.getMethodDescriptor().getType() == MethodType.UNARY ? listener : new Watch<>(listener, call);
    }

    private static void end(ServerCall<?, ?> watch) {
        watch.close(
                Status.UNAVAILABLE.withDescription("Server not ready: it is stopping. Watch another one."),
                new Metadata());
    }

    private final class Watch<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<?, ?> call;

        private Watch(ServerCall.Listener<Q> service, ServerCall<?, ?> call) {
            super(service);
            this.call = call;
        }

        /** Now the service has its question, and gives the first answer. */
        @Override
        public void onHalfClose() {
            super.onHalfClose();
            watches.add(call);
            if (draining) {
                end(call);
            }
        }

        @Override
        public void onCancel() {
            watches.remove(call);
            super.onCancel();
        }

        @Override
        public void onComplete() {
            watches.remove(call);
            super.onComplete();
        }
    }
}
