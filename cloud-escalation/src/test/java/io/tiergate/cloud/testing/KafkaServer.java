package io.tiergate.cloud.testing;

import io.smallrye.reactive.messaging.kafka.companion.test.EmbeddedKafkaBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;

/** A real broker that can be stopped and started again on its data. */
public final class KafkaServer implements AutoCloseable {
    private final Path folder;
    private final int port = Ports.free();
    private final int controllerPort = Ports.free();
    private final String clusterId = Uuid.randomUuid().toString();
    private EmbeddedKafkaBroker broker;

    public KafkaServer(Path folder) throws IOException {
        this.folder = folder;
    }

    public String address() {
        return "localhost:" + port;
    }

    public void start() {
        broker = new EmbeddedKafkaBroker()
                .withNodeId(1)
                .withKafkaPort(port)
                .withControllerPort(controllerPort)
                .withClusterId(clusterId)
                .withDeleteLogDirsOnClose(false)
                .withAdditionalProperties(properties -> {
                    properties.put("log.dirs", folder.toString());
                    properties.put("broker.session.timeout.ms", "3000");
                    properties.put("transaction.state.log.num.partitions", "2");
                    properties.put("auto.create.topics.enable", "false");
                })
                .start();
    }

    public void stop() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }

    @Override
    public void close() {
        stop();
    }
}
