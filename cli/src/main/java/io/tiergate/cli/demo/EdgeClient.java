package io.tiergate.cli.demo;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A client of one edge gateway. A call may block its thread; calls of several threads share one connection. */
final class EdgeClient implements AutoCloseable {
    private static final Duration CALL_WITHIN = Duration.ofSeconds(10);
    private static final Duration PICTURE_WITHIN = Duration.ofMinutes(1);
    private static final Duration RETRY_FOR = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final ManagedChannel channel;

    EdgeClient(int port) {
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    ModelMetadataResponse metadata(String model) throws InterruptedException {
        ModelMetadataRequest request =
                ModelMetadataRequest.newBuilder().setName(model).build();
        return retrying(() -> inference().modelMetadata(request));
    }

    /** @throws StatusRuntimeException if the gateway refuses, or is not there for a minute */
    ModelInferResponse infer(ModelInferRequest request) throws InterruptedException {
        return retrying(() -> inference().modelInfer(request));
    }

    /** The same through Tiergate's own API, for pictures, which may be large. */
    InferResponse infer(InferRequest request) throws InterruptedException {
        return retrying(() -> tiers(PICTURE_WITHIN).infer(request));
    }

    /** What the gateway's ledger says of an escalation. */
    Escalation verdict(String escalationId) throws InterruptedException {
        GetVerdictRequest request =
                GetVerdictRequest.newBuilder().setEscalationId(escalationId).build();
        return retrying(() -> tiers(CALL_WITHIN).getVerdict(request));
    }

    /** For calls without end; the caller ends and repeats them. */
    TieredInferenceGrpc.TieredInferenceBlockingStub stream() {
        channel.resetConnectBackoff();
        return TieredInferenceGrpc.newBlockingStub(channel);
    }

    private TieredInferenceGrpc.TieredInferenceBlockingStub tiers(Duration within) {
        return TieredInferenceGrpc.newBlockingStub(channel).withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub inference() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A gateway that is not there, or cannot take more just now, is asked again: it may be starting. */
    private <T> T retrying(Supplier<T> call) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + RETRY_FOR.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return call.get();
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || System.nanoTime() >= deadlineNanos) {
                    throw e;
                }
            }
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            // Else gRPC itself would wait for longer and longer before it connects anew.
            channel.resetConnectBackoff();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
