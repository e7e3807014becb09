package io.tiergate.cloud.testing;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What services run on: a broker, a database, and a repository of models. */
public final class Servers implements AutoCloseable {
    private final KafkaServer kafka;
    private final DatabaseServer database;
    private final Path models;

    private Servers(Path folder, String repository) throws IOException {
        this.kafka = new KafkaServer(folder.resolve("kafka"));
        this.database = new DatabaseServer(folder.resolve("postgres"));
        this.models = TestModels.copyTo(repository, folder.resolve("models"));
    }

    /**
     * Starts them.
     *
     * @param folder empty
     * @param repository one of {@link TestModels}
     */
    public static Servers start(Path folder, String repository) throws Exception {
        Servers servers = new Servers(folder, repository);
        try {
            servers.kafka.start();
            servers.database.start();
            return servers;
        } catch (Exception | AssertionError e) {
            servers.close();
            throw e;
        }
    }

    public KafkaServer kafka() {
        return kafka;
    }

    public DatabaseServer database() {
        return database;
    }

    /**
     * Starts a service on them.
     *
     * @param own its folder
     * @param changes settings in place of, or beside, those that every service needs
     */
    public CloudProcess cloud(Path own, String tenant, Map<String, String> changes) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "tiergate.models", models.toString(),
                "tiergate.kafka", kafka.address(),
                "tiergate.database-url", database.url(),
                "tiergate.tenant", tenant));
        settings.putAll(changes);
        return CloudProcess.start(own, settings);
    }

    /** A tenant's topics, once a service has made them. */
    public Topics topics(String tenant) throws Exception {
        return new Topics(kafka.address(), tenant).await();
    }

    @Override
    public void close() throws IOException {
        database.close();
        kafka.close();
    }
}
