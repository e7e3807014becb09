package io.tiergate.cli.gateway;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.RepositoryModelLoadRequest;
import java.util.concurrent.TimeUnit;

/** Single calls to one gateway, each of which blocks its thread. */
public final class GatewayClient implements AutoCloseable {
    private static final long CALL_SECONDS = 30;
    private static final long RETRY_MILLIS = 2;

    private final ManagedChannel channel;

    public GatewayClient(int port) {
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    /** Reads a model's folder again and serves what is there. */
    public void load(String model) {
        stub().repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                .setModelName(model)
                .build());
    }

    /**
     * Asks until there is an answer: the gateway may be starting.
     *
     * @throws StatusRuntimeException if it refuses otherwise than by not being there, or for half a minute
     */
    public void firstAnswer(ModelInferRequest request) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(CALL_SECONDS);
        while (true) {
            try {
                stub().modelInfer(request);
                return;
            } catch (StatusRuntimeException e) {
                Status.Code code = e.getStatus().getCode();
                if (code != Status.Code.UNAVAILABLE || System.nanoTime() >= deadlineNanos) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            // Else gRPC itself would wait for longer and longer before it connects anew.
            channel.resetConnectBackoff();
        }
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
