package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelMetadataResponse.TensorMetadata;
import io.tiergate.testing.wire.RawCalls;
import io.tiergate.testing.wire.RequestMutator;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever bytes come, every call ends with a status that blames whom it should, and nobody else notices. Another number of requests
 * is set with {@code -Dfuzz.requests}, and a run is repeated with {@code -Dfuzz.seed}.
 */
@QuarkusTest
@TestProfile(FuzzedRequestsTest.Impatient.class)
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class FuzzedRequestsTest {
    private static final Logger LOG = Logger.getLogger(FuzzedRequestsTest.class);
    private static final int REQUESTS = Integer.getInteger("fuzz.requests", 100_000);
    private static final long SEED = Long.getLong("fuzz.seed", new Random().nextLong());
    /** Far less than may wait, so that the good requests find place. */
    private static final int IN_FLIGHT = 64;

    private static final long HEAP_TOLERANCE = 32L << 20;

    /** Models that take any value of their inputs' types: if one fails it is not for the caller's numbers. */
    private static final List<String> MODELS = List.of(
            "tiny-edge",
            "tiny-audited",
            "tiny-plain",
            "any-shape",
            "constant",
            "fixed-batch",
            "half",
            "scalar",
            "text",
            "text-keys",
            "tree",
            "two-inputs");

    /** What a caller may be told for a mistake, or when a gateway is busy. */
    private static final Set<Status.Code> FITTING = EnumSet.of(
            Status.Code.OK,
            Status.Code.INVALID_ARGUMENT,
            Status.Code.NOT_FOUND,
            Status.Code.UNAVAILABLE,
            Status.Code.UNIMPLEMENTED);

    @Inject
    EdgeLifecycle edge;

    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub client;

    /** Nobody gives verdicts here, and mutated requests ask to wait for them. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("tiergate.inference.max-wait", "1ms", "tiergate.outbox.sync", "normal");
        }
    }

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
        client = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void brokenRequestsAreRefusedOneByOneAndGoodOnesAnsweredMeanwhile() throws Exception {
        LOG.infof("Fuzzing: requests=%d seed=%d", REQUESTS, SEED);
        RequestMutator mutator =
                new RequestMutator(SEED, MODELS.stream().map(this::zeros).toList());
        send(mutator, REQUESTS / 10);
        long usedBefore = usedHeap();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> others = CompletableFuture.supplyAsync(() -> askUntil(over));

        Queue<String> unfitting = send(mutator, REQUESTS);

        over.set(true);
        assertThat(unfitting).as("seed %d", SEED).isEmpty();
        assertThat(others.get()).as("good requests answered meanwhile").isPositive();
        assertThat(client.modelInfer(Requests.raw("tiny-edge", Requests.sure()).build())
                        .getOutputsCount())
                .isEqualTo(1);
        assertThat(usedHeap() - usedBefore).as("bytes kept").isLessThan(HEAP_TOLERANCE);
    }

    /** A good request: tensors of zeros, or of empty texts. */
    private ModelInferRequest zeros(String model) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(model);
        for (TensorMetadata input : client.modelMetadata(
                        ModelMetadataRequest.newBuilder().setName(model).build())
                .getInputsList()) {
            long[] shape = input.getShapeList().stream()
                    .mapToLong(size -> size < 0 ? 2 : size)
                    .toArray();
            long count = java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            request.addInputs(Requests.input(input.getName(), input.getDatatype(), shape))
                    .addRawInputContents(ByteString.copyFrom(new byte[Math.toIntExact(count * width(input))]));
        }
        assertThat(client.modelInfer(request.build()).getModelName()).isEqualTo(model);
        return request.build();
    }

    private static int width(TensorMetadata input) {
        return switch (input.getDatatype()) {
            case "BOOL", "INT8", "UINT8" -> 1;
            case "FP16", "BF16", "INT16", "UINT16" -> 2;
            // A text is its length in four bytes, then itself.
            case "FP32", "INT32", "UINT32", "BYTES" -> 4;
            default -> 8;
        };
    }

    private int askUntil(AtomicBoolean over) {
        int answered = 0;
        while (!over.get()) {
            client.modelInfer(Requests.raw("tiny-edge", Requests.sure()).build());
            answered++;
        }
        return answered;
    }

    /** Returns once every call has ended, with those whose status does not fit. */
    private Queue<String> send(RequestMutator mutator, int count) throws InterruptedException {
        Queue<String> unfitting = new ConcurrentLinkedQueue<>();
        Semaphore places = new Semaphore(IN_FLIGHT);
        for (int i = 0; i < count && unfitting.isEmpty(); i++) {
            byte[] request = mutator.next();
            places.acquire();
            ClientCalls.asyncUnaryCall(
                    channel.newCall(RawCalls.unary("inference.GRPCInferenceService/ModelInfer"), CallOptions.DEFAULT),
                    request,
                    new Ending(request, unfitting, places));
        }
        // A call without a status would keep its place for ever.
        assertThat(places.tryAcquire(IN_FLIGHT, 1, TimeUnit.MINUTES))
                .as("all calls have ended; seed %d", SEED)
                .isTrue();
        return unfitting;
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static final class Ending implements StreamObserver<byte[]> {
        private final byte[] request;
        private final Queue<String> unfitting;
        private final Semaphore places;

        private Ending(byte[] request, Queue<String> unfitting, Semaphore places) {
            this.request = request;
            this.unfitting = unfitting;
            this.places = places;
        }

        @Override
        public void onNext(byte[] answer) {}

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            if (!FITTING.contains(status.getCode())) {
                unfitting.add(status + " for " + HexFormat.of().formatHex(request));
            }
            places.release();
        }

        @Override
        public void onCompleted() {
            places.release();
        }
    }
}
