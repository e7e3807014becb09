package io.tiergate.bench.load;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A server of {@code ModelInfer}, over several connections, on Netty's event loops alone. */
final class GrpcTarget implements Target, AutoCloseable {
    private static final MethodDescriptor<byte[], byte[]> MODEL_INFER = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(GRPCInferenceServiceGrpc.getModelInferMethod().getFullMethodName())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();

    private final ManagedChannel[] channels;
    private final SamplePool pool;
    private final Optional<Duration> deadline;
    private final AtomicReference<String> firstFailure = new AtomicReference<>();

    /** @param deadline sent with every call; absent: none */
    GrpcTarget(int port, int connections, EventLoopGroup loops, SamplePool pool, Optional<Duration> deadline) {
        this.pool = pool;
        this.deadline = deadline;
        this.channels = IntStream.range(0, connections)
                .mapToObj(i -> NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .directExecutor()
                        .eventLoopGroup(loops)
                        .channelType(NioSocketChannel.class)
                        .build())
                .toArray(ManagedChannel[]::new);
    }

    @Override
    public void send(int connection, long index, Consumer<Outcome> ended) {
        CallOptions options = deadline.map(
                        within -> CallOptions.DEFAULT.withDeadlineAfter(within.toNanos(), TimeUnit.NANOSECONDS))
                .orElse(CallOptions.DEFAULT);
        ClientCall<byte[], byte[]> call = channels[connection].newCall(MODEL_INFER, options);
        call.start(new Answer(ended), new Metadata());
        // One more than there is, as gRPC's own stubs ask, so that the end follows without another round.
        call.request(2);
        call.sendMessage(pool.request(index));
        call.halfClose();
    }

    /** What the first call said that failed otherwise than by a full server or a deadline. */
    Optional<String> firstFailure() {
        return Optional.ofNullable(firstFailure.get());
    }

    @Override
    public void close() throws InterruptedException {
        for (ManagedChannel channel : channels) {
            channel.shutdownNow();
        }
        for (ManagedChannel channel : channels) {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private final class Answer extends ClientCall.Listener<byte[]> {
        private final Consumer<Outcome> ended;
        private byte[] response;

        Answer(Consumer<Outcome> ended) {
            this.ended = ended;
        }

        @Override
        public void onMessage(byte[] message) {
            response = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            ended.accept(
                    switch (status.getCode()) {
                        case OK -> GateAnswer.read(response);
                        case RESOURCE_EXHAUSTED -> Outcome.REFUSED;
                        case DEADLINE_EXCEEDED -> Outcome.EXPIRED;
                        // Without a cause the server said so; a connection that is gone has one.
                        case UNAVAILABLE -> status.getCause() == null ? Outcome.REFUSED : failed(status);
                        default -> failed(status);
                    });
        }

        private Outcome failed(Status status) {
            firstFailure.compareAndSet(null, status.toString());
            return Outcome.FAILED;
        }
    }

    /** Neither side of the wire is parsed here. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        /** Says its length, so that gRPC frames it without another copy. */
        private static final class Known extends ByteArrayInputStream implements KnownLength {
            Known(byte[] bytes) {
                super(bytes);
            }
        }

        @Override
        public InputStream stream(byte[] bytes) {
            return new Known(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
