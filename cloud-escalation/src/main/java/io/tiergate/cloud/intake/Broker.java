package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import io.tiergate.cloud.ServiceConfig;
import io.tiergate.cloud.ServiceIdentity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/** What has to be known of the brokers, and done there, before and beside reading. */
@ApplicationScoped
class Broker {
    private static final Logger LOG = Logger.getLogger(Broker.class);
    private static final int REQUEST_TIMEOUT_MS = 5_000;
    private static final int CALL_TIMEOUT_MS = 8_000;

    private final String servers;
    private final TopicsConfig config;
    private final TopicPlan plan;
    private final String verdicts;
    private final Outage outage = new Outage("Kafka");
    private volatile int verdictPartitions;

    @Inject
    Broker(ServiceConfig service, TopicsConfig config, TopicPlan plan, ServiceIdentity identity) {
        this.servers = service.kafka();
        this.config = config;
        this.plan = plan;
        this.verdicts = identity.topic("verdicts");
    }

    /** Waits for the brokers as long as it takes, and makes the topics that are missing. */
    Uni<Void> awaitTopics() {
        return Patience.until(() -> onWorker(admin -> prepare(admin, plan.topics())), outage);
    }

    /** As of the last look; another look may find more, never fewer. */
    int verdictPartitions() {
        return verdictPartitions;
    }

    /** Looks again, waiting for the brokers as long as it takes. */
    Uni<Integer> refreshVerdictPartitions() {
        return Patience.until(() -> onWorker(this::countVerdictPartitions), outage)
                .map(done -> verdictPartitions);
    }

    private void prepare(Admin admin, List<NewTopic> topics) throws Exception {
        Set<String> existing = call(admin.listTopics().names());
        List<NewTopic> missing = topics.stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
        if (!missing.isEmpty() && !config.createTopics()) {
            throw new IllegalStateException("topics are missing: "
                    + missing.stream().map(NewTopic::name).collect(Collectors.joining(", "))
                    + ". Create them, or set tiergate.kafka.create-topics=true.");
        }
        for (NewTopic topic : missing) {
            create(admin, topic);
        }
        countVerdictPartitions(admin);
    }

    private static void create(Admin admin, NewTopic topic) throws Exception {
        try {
            call(admin.createTopics(List.of(topic)).all());
            LOG.infof("Topic created: name=%s partitions=%d", topic.name(), topic.numPartitions());
        } catch (TopicExistsException e) {
            LOG.debugf("Topic was created by somebody else in the meantime: name=%s", topic.name());
        }
    }

    private void countVerdictPartitions(Admin admin) throws Exception {
        Map<String, TopicDescription> found =
                call(admin.describeTopics(List.of(verdicts)).allTopicNames());
        verdictPartitions = found.get(verdicts).partitions().size();
    }

    /** A client of its own for each of these rare calls: none is left behind that would knock at a broker for ever. */
    private Uni<Void> onWorker(AdminWork work) {
        return Uni.createFrom()
                .voidItem()
                .invoke(() -> withAdmin(work))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private void withAdmin(AdminWork work) {
        try (AdminHandle handle = new AdminHandle(Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                AdminClientConfig.CLIENT_ID_CONFIG, "tiergate-cloud-topics",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS)))) {
            work.run(handle.admin());
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BrokerUnavailableException(e);
        }
    }

    private static <T> T call(KafkaFuture<T> future) throws InterruptedException, TimeoutException {
        try {
            return future.get(CALL_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new BrokerUnavailableException(e);
        }
    }

    @FunctionalInterface
    private interface AdminWork {
        void run(Admin admin) throws Exception;
    }

    /** Closes at once: the default waits for calls that no longer matter. */
    private record AdminHandle(Admin admin) implements AutoCloseable {
        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }

    private static final class BrokerUnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokerUnavailableException(Throwable cause) {
            super(cause.toString(), cause);
        }
    }
}
