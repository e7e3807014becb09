package io.tiergate.local.kafka;

import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import io.tiergate.local.process.DataFolder;
import io.tiergate.local.process.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/** A running broker on this machine's loopback address. */
public final class KafkaBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final Duration CLAIM_WITHIN = Duration.ofSeconds(10);
    private static final int LARGEST_MESSAGE_BYTES = 32 << 20;

    private final DataFolder folder;
    private final EmbeddedKafkaBroker broker;

    private KafkaBroker(DataFolder folder, EmbeddedKafkaBroker broker) {
        this.folder = folder;
        this.broker = broker;
    }

    /**
     * Starts a broker and returns once it serves.
     *
     * @param folder made if it is missing; with what an earlier broker left there, this one goes on
     * @throws IOException if the port is taken, or the folder is in use or cannot be written
     */
    public static KafkaBroker start(Path folder, int port) throws IOException, InterruptedException {
        DataFolder claimed = DataFolder.claim(folder, CLAIM_WITHIN);
        try {
            if (!FreePort.isFree(port)) {
                throw new IOException("port " + port + " is taken");
            }
            Files.createDirectories(claimed.resolve("native"));
            System.setProperty(
                    "org.xerial.snappy.tempdir", claimed.resolve("native").toString());
            System.setProperty("ZstdTempFolder", claimed.resolve("native").toString());
            EmbeddedKafkaBroker broker = new EmbeddedKafkaBroker()
                    .withKafkaHost(HOST)
                    .withKafkaPort(port)
                    .withControllerPort(controllerPort(claimed))
                    .withClusterId(claimed.remember(
                            "cluster-id", () -> Uuid.randomUuid().toString()))
                    .withDeleteLogDirsOnClose(false)
                    .withAdditionalProperties(properties -> configure(properties, claimed.resolve("log")));
            return new KafkaBroker(claimed, broker.start());
        } catch (IOException | RuntimeException e) {
            claimed.close();
            throw e;
        }
    }

    private static void configure(Properties properties, Path logFolder) {
        properties.put("log.dirs", logFolder.toString());
        properties.put("auto.create.topics.enable", "false");
        properties.put("message.max.bytes", Integer.toString(LARGEST_MESSAGE_BYTES));
        properties.put("replica.fetch.max.bytes", Integer.toString(LARGEST_MESSAGE_BYTES));
        links(properties);
        // A killed broker is let back in only when its old session has ended.
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("broker.heartbeat.interval.ms", "500");
        // The companion never writes high watermarks, since its brokers don't come back. This one does.
        properties.put("replica.high.watermark.checkpoint.interval.ms", "5000");
        // One node on one machine: fifty partitions for a handful of transactions only slow the start.
        properties.put("transaction.state.log.num.partitions", "5");
        // A transaction left open by a killed client is ended within about this time.
        properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    }

    /**
     * More ports to listen on, each for clients that reach the broker by a way of their own, and are told of that way's port:
     * {@code -Dtiergate.kafka.links=LISTENED>TOLD,…}. Without it Kafka's clients would leave a proxy after their first question.
     */
    private static void links(Properties properties) {
        String links = System.getProperty("tiergate.kafka.links", "");
        if (links.isEmpty()) {
            return;
        }
        // Left out, it is what is listened on; the controller's clients are told of it otherwise.
        properties.putIfAbsent(
                "advertised.listeners",
                Arrays.stream(properties.getProperty("listeners").split(",", -1))
                        .filter(listener -> !listener.startsWith(properties.getProperty("controller.listener.names")))
                        .collect(Collectors.joining(",")));
        for (String link : links.split(",", -1)) {
            String[] ports = link.split(">", 2);
            String name = "LINK_" + ports[0];
            append(properties, "listeners", "%s://%s:%s".formatted(name, HOST, ports[0]));
            append(properties, "advertised.listeners", "%s://%s:%s".formatted(name, HOST, ports[1]));
            append(properties, "listener.security.protocol.map", name + ":PLAINTEXT");
        }
    }

    private static void append(Properties properties, String key, String value) {
        properties.put(key, properties.getProperty(key) + "," + value);
    }

    /**
     * The port of the controller is part of the quorum's address and so stays what it was; only when somebody else has
     * taken it, another is chosen.
     */
    private static int controllerPort(DataFolder folder) throws IOException {
        String name = "controller-port";
        int port = Integer.parseInt(folder.remember(name, () -> Integer.toString(FreePort.any())));
        if (!FreePort.isFree(port)) {
            port = FreePort.any();
            folder.store(name, Integer.toString(port));
        }
        return port;
    }

    @Override
    public void close() throws IOException {
        broker.close();
        folder.close();
    }
}
