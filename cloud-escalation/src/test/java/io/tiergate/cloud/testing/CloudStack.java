package io.tiergate.cloud.testing;

import java.nio.file.Path;
import java.util.Map;

/** One service with the ensemble {@code tiny-ensemble}, on a broker and a database of its own. */
public final class CloudStack implements AutoCloseable {
    private final Servers servers;
    private CloudProcess cloud;
    private Topics topics;

    private CloudStack(Servers servers) {
        this.servers = servers;
    }

    /**
     * Starts all of it and waits until it works.
     *
     * @param name of the service's folder below {@code target/it}
     * @param folder empty
     */
    public static CloudStack start(String name, String tenant, Path folder) throws Exception {
        CloudStack stack = new CloudStack(Servers.start(folder, "tiny"));
        try {
            stack.start(Path.of("target", "it", name), tenant);
            return stack;
        } catch (Exception | AssertionError e) {
            stack.close();
            throw e;
        }
    }

    private void start(Path own, String tenant) throws Exception {
        cloud = servers.cloud(own, tenant, Map.of("tiergate.review.count-every", "1s"))
                .awaitReady();
        topics = servers.topics(tenant);
    }

    public DatabaseServer database() {
        return servers.database();
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
        servers.close();
    }
}
