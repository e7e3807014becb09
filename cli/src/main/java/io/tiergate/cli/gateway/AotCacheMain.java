package io.tiergate.cli.gateway;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.tiergate.parts.PartGenerator;
import io.tiergate.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Makes the ahead-of-time cache (JEP 483, JEP 514) with which {@code ./tiergate edge} starts sooner: runs the gateway once, has it answer, and lets its JVM write down the classes that this took. Called by the build. A cache belongs to one JVM and to the jars as they
 * are; a JVM that finds it does not fit goes on without.
 */
final class AotCacheMain {
    /** Older ones make a cache in two steps, and know fewer classes. */
    private static final int FIRST_JAVA = 25;

    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(2);
    private static final String MODEL = "parts-edge";
    private static final int CALLS = 20;

    private AotCacheMain() {}

    /** @param arguments the repository, and the cache's file */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (Runtime.version().feature() < FIRST_JAVA) {
            System.out.printf("No ahead-of-time cache: that takes a JDK %d or newer.%n", FIRST_JAVA);
            return;
        }
        Path cache = Path.of(arguments[1]).toAbsolutePath();
        make(Path.of(arguments[0]).toAbsolutePath(), cache);
        System.out.printf("Ahead-of-time cache: %s, %d MiB%n", cache.getFileName(), Files.size(cache) >> 20);
    }

    private static void make(Path home, Path cache) throws IOException, InterruptedException {
        Files.deleteIfExists(cache);
        Path folder = Files.createDirectories(cache.resolveSibling("aot"));
        Path log = folder.resolve("gateway.log");
        LaunchedGateway gateway = LaunchedGateway.start(
                home,
                List.of(
                        "--models",
                        home.resolve("parts/models").toString(),
                        "--kafka",
                        "none",
                        "--data-dir",
                        folder.resolve("data").toString()),
                List.of("-XX:AOTCacheOutput=" + cache),
                log);
        try (gateway;
                GatewayClient client = new GatewayClient(gateway.grpcPort())) {
            for (int i = 0; i < CALLS; i++) {
                client.firstAnswer(blank());
            }
            // The JVM writes the cache when it ends.
            gateway.stop(WRITTEN_WITHIN);
        } catch (StatusRuntimeException e) {
            throw new IOException("the gateway did not answer (%s); see %s".formatted(e.getMessage(), log), e);
        }
        if (!Files.exists(cache)) {
            throw new IOException("the JVM wrote no cache; see " + log);
        }
    }

    /** Not a part at all: the gate escalates it, so that the outbox is used too. */
    private static ModelInferRequest blank() {
        int pixels = PartGenerator.SIDE_PIXELS * PartGenerator.SIDE_PIXELS;
        return PartRequest.of(MODEL, ByteString.copyFrom(new byte[pixels * Float.BYTES]))
                .build();
    }
}
