package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.sure;
import static io.tiergate.edge.api.RunningGateway.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.RepositoryModelUnloadRequest;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway that serves what its repository's folder holds, as it changes. */
@QuarkusTest
@QuarkusTestResource(
        value = EdgeFixture.class,
        initArgs = {
            @ResourceArg(name = "model-control", value = "poll"),
            @ResourceArg(name = "model-poll", value = "0.02s")
        },
        restrictToAnnotatedClass = true)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PolledRepositoryTest {
    private static final String MODEL = "tiny-edge";
    private static final int CALLERS = 2;

    @Inject
    EdgeLifecycle edge;

    @ConfigProperty(name = "tiergate.models")
    Path repository;

    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<Status> failures = new ConcurrentLinkedQueue<>();
    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() {
        enough.set(true);
        channel.shutdownNow();
    }

    @Test
    void callsGoOnWithoutAFailureWhileAVersionThatWasCopiedInTakesOver() throws Exception {
        assertThat(versions()).containsExactly("1");
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofPlatform().start(this::callUntilEnough));
        }
        awaitMoreAnswers();
        copyIn("2");
        await().until(() -> versions().equals(List.of("2")));
        awaitMoreAnswers();
        copyIn("3");
        await().until(() -> versions().equals(List.of("3")));
        awaitMoreAnswers();

        enough.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void clientsDoNotDecideWhatIsServed() {
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> GRPCInferenceServiceGrpc.newBlockingStub(channel)
                        .repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                                .setModelName(MODEL)
                                .build()))
                .withMessage("UNAVAILABLE: explicit model load / unload is not allowed: "
                        + "tiergate.model-control is poll (expected: explicit, set at the server's start)");
    }

    private void callUntilEnough() {
        TieredInferenceBlockingStub client = TieredInferenceGrpc.newBlockingStub(channel);
        while (!enough.get()) {
            try {
                client.infer(request(MODEL, sure()).build());
            } catch (StatusRuntimeException e) {
                failures.add(e.getStatus());
            }
            answered.incrementAndGet();
        }
    }

    private void awaitMoreAnswers() {
        int before = answered.get();
        await().until(() -> answered.get() > before + 2 * CALLERS);
    }

    private List<String> versions() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .modelMetadata(ModelMetadataRequest.newBuilder().setName(MODEL).build())
                .getVersionsList();
    }

    /** As the documentation advises: into a hidden folder first, so that it appears all at once. */
    private void copyIn(String version) throws IOException {
        Path model = repository.resolve(MODEL);
        Path hidden = Files.createDirectories(model.resolve("." + version));
        try (Stream<Path> files = Files.list(model.resolve("1"))) {
            for (Path file : files.toList()) {
                Files.copy(file, hidden.resolve(file.getFileName()));
            }
        }
        Files.move(hidden, model.resolve(version));
    }
}
