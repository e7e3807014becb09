package io.tiergate.edge;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A gateway over the hand-checkable models, good and broken ones in one repository, with a fresh data folder. With the argument
 * {@code kafka} it is told of a broker that nobody has started yet; the arguments {@code model-control} and {@code model-poll} are
 * set as they are.
 */
public class EdgeFixture implements QuarkusTestResourceLifecycleManager {
    /** Where the gateway leads native libraries to: into its data folder, which is gone when the next one starts in this JVM. */
    private static final List<String> NATIVE_PATHS =
            List.of("onnxruntime.native.path", "org.sqlite.lib.path", "org.sqlite.lib.name", "ZstdNativePath");

    private Path folder;
    private boolean kafka;
    private String modelControl;
    private String modelPoll;

    @Override
    public void init(Map<String, String> arguments) {
        kafka = arguments.containsKey("kafka");
        modelControl = arguments.getOrDefault("model-control", "none");
        modelPoll = arguments.getOrDefault("model-poll", "15s");
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("tiergate-edge-test");
            TestModels.copyTo("tiny", folder.resolve("models"));
            TestModels.copyTo("kinds", folder.resolve("models"));
            TestModels.copyTo("broken", folder.resolve("models"));
            return Map.of(
                    "tiergate.models",
                    folder.resolve("models").toString(),
                    "tiergate.model-control",
                    modelControl,
                    "tiergate.model-poll",
                    modelPoll,
                    "tiergate.data-dir",
                    folder.resolve("data").toString(),
                    "tiergate.kafka",
                    kafka ? "localhost:" + freePort() : "none",
                    "tiergate.verdicts.cache-entries",
                    // Tests with a broker send the same sample again and again, to be escalated each time.
                    kafka ? "0" : "100",
                    "tiergate.site",
                    "test-site",
                    "tiergate.device",
                    "test-device",
                    "tiergate.grpc.port",
                    "0",
                    "quarkus.http.test-port",
                    "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void stop() {
        NATIVE_PATHS.forEach(System::clearProperty);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
