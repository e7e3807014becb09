package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Multi;
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
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
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
    private final VerdictPartitions verdictPartitions = new VerdictPartitions(System::nanoTime);

    @Inject
    Broker(ServiceConfig service, TopicsConfig config, TopicPlan plan, ServiceIdentity identity) {
        this.servers = service.kafka();
        this.config = config;
        this.plan = plan;
        this.verdicts = identity.topic("verdicts");
    }

    /** Waits for the brokers as long as it takes, and makes the topics that are missing. */
    Uni<Void> awaitTopics() {
        return Patience.until(() -> withAdmin(admin -> prepare(admin, plan.topics())), outage)
                .invoke(verdictPartitions::found)
                .replaceWithVoid();
    }

    /** As of the latest look; another look may find more, never fewer. */
    int verdictPartitions() {
        return verdictPartitions.count();
    }

    /** Looks again where the latest look is not recent, waiting for the brokers as long as it takes. */
    Uni<Integer> refreshVerdictPartitions() {
        return verdictPartitions.refreshed(() -> Patience.until(() -> withAdmin(this::countVerdictPartitions), outage));
    }

    /** Makes what is missing, and counts the partitions of the verdicts topic. */
    private Uni<Integer> prepare(Admin admin, List<NewTopic> topics) {
        return call(admin.listTopics().names())
                .map(existing -> topics.stream()
                        .filter(topic -> !existing.contains(topic.name()))
                        .toList())
                .invoke(this::requirePermission)
                .onItem()
                .transformToMulti(Multi.createFrom()::iterable)
                .onItem()
                .transformToUniAndConcatenate(topic -> create(admin, topic))
                .onItem()
                .ignoreAsUni()
                .chain(() -> countVerdictPartitions(admin));
    }

    private void requirePermission(List<NewTopic> missing) {
        if (!missing.isEmpty() && !config.createTopics()) {
            throw new IllegalStateException("topics are missing: "
                    + missing.stream().map(NewTopic::name).collect(Collectors.joining(", "))
                    + ". Create them, or set tiergate.kafka.create-topics=true.");
        }
    }

    private static Uni<Void> create(Admin admin, NewTopic topic) {
        return call(admin.createTopics(List.of(topic)).all())
                .invoke(() -> LOG.infof("Topic created: name=%s partitions=%d", topic.name(), topic.numPartitions()))
                .onFailure(TopicExistsException.class)
                .recoverWithNull();
    }

    private Uni<Integer> countVerdictPartitions(Admin admin) {
        return call(admin.describeTopics(List.of(verdicts)).allTopicNames())
                .map(found -> found.get(verdicts).partitions().size());
    }

    /**
     * A client of its own for each of these rare calls: none is left behind that would knock at a broker for ever. No thread
     * waits for an answer, so that the service can end at any time.
     */
    private <T> Uni<T> withAdmin(Function<Admin, Uni<T>> work) {
        return Uni.createFrom()
                .item(this::connect)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                // Closes at once, its thread included: the default waits for calls that no longer matter.
                .chain(admin -> work.apply(admin).onTermination().invoke(() -> admin.close(Duration.ZERO)))
                // The client's own thread, which ends here, brought the answers.
                .emitOn(Infrastructure.getDefaultExecutor());
    }

    private Admin connect() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                AdminClientConfig.CLIENT_ID_CONFIG, "tiergate-cloud-topics",
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MS));
    }

    private static <T> Uni<T> call(KafkaFuture<T> future) {
        return Uni.createFrom().completionStage(future.toCompletionStage());
    }
}
