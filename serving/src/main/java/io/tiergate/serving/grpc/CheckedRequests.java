package io.tiergate.serving.grpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;

/**
 * Puts a check before a service: a request that cannot be read, is missing or is one too many is refused as the client's mistake, and
 * never gets to it.
 */
final class CheckedRequests {
    private CheckedRequests() {}

    static ServerServiceDefinition of(BindableService service) {
        ServerServiceDefinition bare = service.bindService();
        List<? extends ServerMethodDefinition<?, ?>> methods =
                bare.getMethods().stream().map(CheckedRequests::checked).toList();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        bare.getServiceDescriptor().getName())
                // Reflection reads it.
                .setSchemaDescriptor(bare.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    private static <Q, R> ServerMethodDefinition<Received<Q>, R> checked(ServerMethodDefinition<Q, R> bare) {
        MethodDescriptor<Q, R> method = bare.getMethodDescriptor();
        return ServerMethodDefinition.create(
                method.toBuilder(
                                new RequestMarshaller<>(AliasingMarshaller.of(method.getRequestMarshaller())),
                                method.getResponseMarshaller())
                        .build(),
                (wire, headers) -> {
                    CheckedCall<Q, R> call = new CheckedCall<>(typed(wire));
                    return call.listener(bare.getServerCallHandler().startCall(call, headers));
                });
    }

    /** Requests come to the listener alone: a call itself has none of their type. */
    @SuppressWarnings("unchecked")
    private static <Q, R> ServerCall<Q, R> typed(ServerCall<Received<Q>, R> wire) {
        return (ServerCall<Q, R>) (ServerCall<?, R>) wire;
    }
}
