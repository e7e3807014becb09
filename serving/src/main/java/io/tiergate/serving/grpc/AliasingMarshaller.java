package io.tiergate.serving.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a message out of one array, which its fields of bytes then share: a tensor is copied once out of the network's buffers, where
 * gRPC's own marshaller copies it twice. Whoever keeps such a field keeps the whole message in memory.
 *
 * @param standard gRPC's own
 * @param prototype any message of the type
 */
record AliasingMarshaller<T>(Marshaller<T> standard, MessageLite prototype) implements Marshaller<T> {
    /** Returns the marshaller itself where it is not of protobuf messages. */
    static <T> Marshaller<T> of(Marshaller<T> standard) {
        return standard instanceof PrototypeMarshaller<T> typed
                        && typed.getMessagePrototype() instanceof MessageLite prototype
                ? new AliasingMarshaller<>(standard, prototype)
                : standard;
    }

    @Override
    public T parse(InputStream bytes) {
        // Of a compressed message nobody knows the length, and its limit is watched while it is read.
        return bytes instanceof KnownLength ? parsed(bytes) : standard.parse(bytes);
    }

    @SuppressWarnings("unchecked")
    private T parsed(InputStream bytes) {
        try {
            byte[] all = bytes.readNBytes(bytes.available());
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(all).newCodedInput();
            input.enableAliasing(true);
            MessageLite message =
                    prototype.getParserForType().parseFrom(input, ExtensionRegistryLite.getEmptyRegistry());
            input.checkLastTagWas(0);
            return (T) message;
        } catch (InvalidProtocolBufferException e) {
            throw Status.INTERNAL
                    .withDescription("Invalid protobuf byte sequence")
                    .withCause(e)
                    .asRuntimeException();
        } catch (IOException e) {
            throw new IllegalStateException("what gRPC has read cannot be read", e);
        }
    }

    @Override
    public InputStream stream(T message) {
        return standard.stream(message);
    }
}
