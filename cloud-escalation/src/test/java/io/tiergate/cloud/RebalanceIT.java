package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Servers;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas that share the work: they come, go and are killed while there is more to do than they have done. */
class RebalanceIT {
    private static final String TENANT = "rebalance";
    private static final int WAVE = 3000;

    @TempDir
    static Path folder;

    private static Servers servers;

    @BeforeAll
    static void startServers() throws Exception {
        servers = Servers.start(folder, "tiny");
    }

    @AfterAll
    static void stopServers() throws Exception {
        servers.close();
    }

    @Test
    void losesAndRepeatsNothingWhileReplicasJoinLeaveAreKilledAndComeBack() throws Exception {
        List<EscalatedSample> all = new ArrayList<>();
        try (CloudProcess first = replica("a").awaitReady();
                Topics topics = servers.topics(TENANT)) {
            escalate(topics, all);
            try (CloudProcess second = replica("b").awaitReady()) {
                escalate(topics, all);
                awaitMembers(Set.of("a", "b"));
                escalate(topics, all);
                awaitProgress(topics, all.size());
                // Leaves in an orderly way.
                assertThat(second.terminate(Duration.ofSeconds(10))).isTrue();
            }
            escalate(topics, all);
            CloudProcess killed = replica("b").awaitReady();
            awaitMembers(Set.of("a", "b"));
            escalate(topics, all);
            awaitProgress(topics, all.size());
            killed.kill();
            escalate(topics, all);
            try (CloudProcess back = replica("b").awaitReady()) {
                escalate(topics, all);
                topics.awaitAllRead();
                // Work may end before the group has shared it out: a replica can do all of it alone.
                awaitShares(Map.of("a", 3, "b", 3));
                assertThat(back.log()).doesNotContain("ERROR");
            }
            assertAnsweredOnce(topics, all);
            assertThat(first.log()).doesNotContain("ERROR");
        }
    }

    private static void escalate(Topics topics, List<EscalatedSample> all) {
        List<EscalatedSample> wave = IntStream.range(0, WAVE)
                .mapToObj(i ->
                        sample(TENANT, i % 2 == 0 ? Input.SURE_A : Input.SURE_B).build())
                .toList();
        all.addAll(wave);
        topics.escalateAll(wave);
    }

    /** Until some of what waits is answered, or nothing waits any more. */
    private static void awaitProgress(Topics topics, int escalated) {
        int answered = topics.committed("verdicts").size();
        Awaitility.await("verdicts after the " + answered + " there are")
                .atMost(Duration.ofSeconds(60))
                .until(() -> topics.committed("verdicts").size() > answered || answered == escalated);
    }

    private static void awaitMembers(Set<String> names) {
        awaitGroup(members -> assertThat(members).containsOnlyKeys(names).doesNotContainValue(0));
    }

    private static void awaitShares(Map<String, Integer> shares) {
        awaitGroup(members -> assertThat(members).isEqualTo(shares));
    }

    private static void awaitGroup(Consumer<Map<String, Integer>> expectation) {
        Awaitility.await("the group")
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> expectation.accept(members()));
    }

    /** The partitions of each member of the group, by the name that it keeps over restarts. */
    private static Map<String, Integer> members() throws ExecutionException, InterruptedException {
        String group = "tiergate-cloud-" + TENANT;
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", servers.kafka().address()))) {
            ConsumerGroupDescription description =
                    admin.describeConsumerGroups(List.of(group)).all().get().get(group);
            return description.members().stream()
                    .collect(Collectors.toMap(
                            member -> member.groupInstanceId().orElse("without a name"),
                            RebalanceIT::partitions,
                            Integer::sum));
        }
    }

    private static int partitions(MemberDescription member) {
        return member.assignment().topicPartitions().size();
    }

    private static CloudProcess replica(String instance) throws Exception {
        return servers.cloud(
                Path.of("target", "it", TENANT, instance),
                TENANT,
                Map.of(
                        "tiergate.instance",
                        instance,
                        // Small ones, so that a replica always has something half done.
                        "mp.messaging.incoming.escalations.max.poll.records",
                        "64"));
    }

    private static void assertAnsweredOnce(Topics topics, List<EscalatedSample> samples) {
        List<String> ids =
                samples.stream().map(EscalatedSample::getEscalationId).toList();
        assertThat(topics.committed("verdicts"))
                .extracting(record -> Topics.verdict(record).getEscalationId())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(topics.committed("retraining"))
                .extracting(record -> Topics.labeledSample(record.value()).getEscalationId())
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(topics.committed("dead-letters")).isEmpty();
    }
}
