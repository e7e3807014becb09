package io.tiergate.testing.wire;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** gRPC methods whose messages are the bytes that travel, with no generated class on the client's side. */
public final class RawCalls {
    private RawCalls() {}

    /** @param method for instance {@code inference.GRPCInferenceService/ServerLive} */
    public static MethodDescriptor<byte[], byte[]> unary(String method) {
        return method(method, MethodType.UNARY);
    }

    /** @param method as for {@link #unary} */
    public static MethodDescriptor<byte[], byte[]> bidirectional(String method) {
        return method(method, MethodType.BIDI_STREAMING);
    }

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
