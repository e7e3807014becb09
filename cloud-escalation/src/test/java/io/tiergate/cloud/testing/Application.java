package io.tiergate.cloud.testing;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Iterator;

/** A program that asks the ensembles directly, without an edge. */
public final class Application implements AutoCloseable {
    private final ManagedChannel channel;

    public Application(int port) {
        channel =
                NettyChannelBuilder.forAddress("localhost", port).usePlaintext().build();
    }

    public ManagedChannel channel() {
        return channel;
    }

    public GRPCInferenceServiceBlockingStub inference() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    /** What is told to a probe: of the server for an empty name, else of a service or an ensemble. */
    public ServingStatus health(String name) {
        return HealthGrpc.newBlockingStub(channel).check(of(name)).getStatus();
    }

    /** The same, now and at every change, until the caller's context is cancelled. */
    public Iterator<HealthCheckResponse> watchHealth(String name) {
        return HealthGrpc.newBlockingStub(channel).watch(of(name));
    }

    private static HealthCheckRequest of(String name) {
        return HealthCheckRequest.newBuilder().setService(name).build();
    }

    /** A request with one row an input. */
    public static ModelInferRequest.Builder request(String ensemble, Input... rows) {
        ByteString values = Arrays.stream(rows)
                .map(row -> Samples.bytes(row.toArray()))
                .reduce(ByteString.EMPTY, ByteString::concat);
        return ModelInferRequest.newBuilder()
                .setModelName(ensemble)
                .setId("r1")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(rows.length)
                        .addShape(4))
                .addRawInputContents(values);
    }

    /** One of the response's parameters: a text with the rows separated by commas. */
    public static String parameter(ModelInferResponse response, String name) {
        return response.getParametersOrThrow(name).getStringParam();
    }

    /** The only output's values, row after row. */
    public static float[] probabilities(ModelInferResponse response) {
        FloatBuffer values = response.getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
