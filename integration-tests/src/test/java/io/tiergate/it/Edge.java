package io.tiergate.it;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.proto.v1.VerdictEvent;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** A client of the edge that, like a sensible application, tries again while the gateway is being restarted. */
final class Edge implements AutoCloseable {
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(90);

    private final ManagedChannel channel;
    private final TieredInferenceBlockingStub stub;

    Edge(int port) {
        channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
        stub = TieredInferenceGrpc.newBlockingStub(channel);
    }

    /** Reports the truth about a sample. */
    Escalation report(String id, String label) {
        return stub.withDeadlineAfter(20, TimeUnit.SECONDS)
                .reportLabel(ReportLabelRequest.newBuilder()
                        .setEscalationId(id)
                        .setLabel(label)
                        .build())
                .getEscalation();
    }

    /** Infers one sample of four numbers. */
    SampleResult infer(String model, float... x) {
        ByteBuffer data = ByteBuffer.allocate(x.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(x);
        InferRequest request = InferRequest.newBuilder()
                .setModelName(model)
                .addInputs(Tensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(x.length)
                        .setData(ByteString.copyFrom(data)))
                .build();
        Instant end = Instant.now().plus(LONGEST_OUTAGE);
        while (true) {
            try {
                InferResponse response = stub.withDeadlineAfter(20, TimeUnit.SECONDS)
                        .withWaitForReady()
                        .infer(request);
                return response.getResults(0);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.UNAVAILABLE
                        || Instant.now().isAfter(end)) {
                    throw e;
                }
            }
        }
    }

    Escalation find(String id) {
        return stub.withDeadlineAfter(20, TimeUnit.SECONDS)
                .withWaitForReady()
                .getVerdict(GetVerdictRequest.newBuilder().setEscalationId(id).build());
    }

    EscalationState state(String id) {
        return find(id).getState();
    }

    Iterator<VerdictEvent> watch(long afterCursor) {
        return stub.withWaitForReady()
                .watchVerdicts(WatchVerdictsRequest.newBuilder()
                        .setAfterCursor(afterCursor)
                        .build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
