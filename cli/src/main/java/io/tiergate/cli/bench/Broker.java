package io.tiergate.cli.bench;

import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** A live broker with the topics that an edge wants, which elsewhere the cloud service makes. Nobody reads what is sent. */
final class Broker implements AutoCloseable {
    private static final int PARTITIONS = 3;

    private final LocalStack stack;

    private Broker(LocalStack stack) {
        this.stack = stack;
    }

    static Broker start(Workplace workplace) throws IOException, InterruptedException {
        return start(workplace, "broker");
    }

    /** @param name of its folder */
    static Broker start(Workplace workplace, String name) throws IOException, InterruptedException {
        LocalStack stack = LocalStack.in(workplace.folder().resolve(name))
                .home(workplace.home())
                .kafka()
                .build();
        Broker broker = new Broker(stack);
        try {
            stack.start();
            broker.makeTopics();
        } catch (IOException | InterruptedException | RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    private void makeTopics() throws IOException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, address()))) {
            admin.createTopics(List.of(topic("escalations"), topic("verdicts")))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("the broker's topics cannot be made: " + e.getCause(), e);
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic("tiergate.default." + name, PARTITIONS, (short) 1);
    }

    String address() {
        return stack.kafkaAddress();
    }

    void stop() {
        stack.process(Part.KAFKA).stop();
    }

    void startAgain() throws IOException, InterruptedException {
        stack.process(Part.KAFKA).start();
    }

    @Override
    public void close() {
        stack.close();
    }
}
