package io.tiergate.cloud.testing;

import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.util.Map;

/** One service with the ensemble {@code tiny-ensemble}, on a broker and a database of its own. */
public final class CloudStack implements AutoCloseable {
    private final KafkaServer kafka;
    private final DatabaseServer database;
    private CloudProcess cloud;
    private Topics topics;

    private CloudStack(Path folder) throws Exception {
        this.kafka = new KafkaServer(folder.resolve("kafka"));
        this.database = new DatabaseServer(folder.resolve("postgres"));
    }

    /**
     * Starts all of it and waits until it works.
     *
     * @param name of the service's folder below {@code target/it}
     * @param folder empty
     */
    public static CloudStack start(String name, String tenant, Path folder) throws Exception {
        CloudStack stack = new CloudStack(folder);
        try {
            stack.start(Path.of("target", "it", name), TestModels.copyTo("tiny", folder.resolve("models")), tenant);
            return stack;
        } catch (Exception | AssertionError e) {
            stack.close();
            throw e;
        }
    }

    private void start(Path own, Path models, String tenant) throws Exception {
        kafka.start();
        database.start();
        cloud = CloudProcess.start(
                        own,
                        Map.of(
                                "tiergate.models", models.toString(),
                                "tiergate.kafka", kafka.address(),
                                "tiergate.database-url", database.url(),
                                "tiergate.tenant", tenant,
                                "tiergate.review.count-every", "1s"))
                .awaitReady();
        topics = new Topics(kafka.address(), tenant).await();
    }

    public DatabaseServer database() {
        return database;
    }

    public CloudProcess cloud() {
        return cloud;
    }

    public Topics topics() {
        return topics;
    }

    @Override
    public void close() throws Exception {
        if (topics != null) {
            topics.close();
        }
        if (cloud != null) {
            cloud.close();
        }
        database.close();
        kafka.close();
    }
}
