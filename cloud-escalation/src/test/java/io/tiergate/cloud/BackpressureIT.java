package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.Servers;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * More than the service can do: an ensemble whose third member takes as long as a sample tells it, and a database that is away. What
 * waits does so in Kafka. Every test has a tenant, and so topics and rows, of its own.
 */
class BackpressureIT {
    /** Of heap that may come and go with what is under way: two polls, and the copies that answering makes. */
    private static final long SLACK_BYTES = 24L * 1024 * 1024;

    @TempDir
    static Path folder;

    private static Servers servers;

    private String tenant;

    @BeforeAll
    static void startServers() throws Exception {
        servers = Servers.start(folder, "slow");
    }

    @AfterAll
    static void stopServers() throws Exception {
        servers.close();
    }

    @BeforeEach
    void takeTenant(TestInfo test) {
        tenant = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void atTenTimesItsCapacityTheLagGrowsInKafkaAndNothingInMemory() throws Exception {
        try (CloudProcess cloud = cloud(Map.of()).awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> all = new ArrayList<>(waves(topics, 1));
            topics.awaitAllRead();
            long idleBytes = cloud.liveBytes();

            long begun = System.nanoTime();
            all.addAll(waves(topics, 10));
            double arrivalSeconds = (System.nanoTime() - begun) / 1e9;
            long lag = lag(topics);
            assertThat(lag).as("escalations that wait in Kafka").isGreaterThan(all.size() / 2);
            List<Long> liveBytes = new ArrayList<>();
            while (lag(topics) > 0) {
                liveBytes.add(cloud.liveBytes());
            }
            double workSeconds = (System.nanoTime() - begun) / 1e9;

            System.out.printf(
                    "backpressure: %d samples in %.1f s, answered in %.1f s, lag %d; heap after collections: idle %d MiB, most %d MiB%n",
                    all.size(),
                    arrivalSeconds,
                    workSeconds,
                    lag,
                    idleBytes >> 20,
                    liveBytes.stream().mapToLong(bytes -> bytes).max().orElse(0) >> 20);
            assertThat(liveBytes).isNotEmpty().allSatisfy(bytes -> assertThat(bytes)
                    .isLessThan(idleBytes + SLACK_BYTES));
            assertAnsweredOnce(topics, all);
            assertThat(topics.committed("verdicts"))
                    .extracting(record -> Topics.verdict(record).getFinal().getDegraded())
                    .as("slow, but in time")
                    .containsOnly(false);
            assertThat(cloud.log()).doesNotContain("ERROR", " WARN ");
        }
    }

    @Test
    void whileTheDatabaseIsAwayTheLagStaysInKafkaAndMemoryIsFlat() throws Exception {
        try (CloudProcess cloud = cloud(Map.of()).awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> all = new ArrayList<>(send(topics, 500, 0));
            topics.awaitAllRead();
            long idleBytes = cloud.liveBytes();
            servers.database().stop();
            all.addAll(send(topics, 500, 0));
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> cloud.log()
                    .contains("The database cannot be reached"));
            for (int i = 0; i < 10; i++) {
                all.addAll(send(topics, 1000, 0));
                assertThat(cloud.liveBytes()).isLessThan(idleBytes + SLACK_BYTES);
            }
            assertThat(lag(topics)).isEqualTo(10_500);
            assertThat(topics.committed("verdicts")).hasSize(500);
            servers.database().start();
            topics.awaitAllRead();
            assertAnsweredOnce(topics, all);
        }
    }

    @Test
    void aMemberThatHangsIsCutAndTheOthersDecideDegraded() throws Exception {
        try (CloudProcess cloud = cloud(Map.of("tiergate.ensemble.member-deadline", "0.3s"))
                        .awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> hanging = send(topics, 300, 1e15f);
            topics.awaitAllRead();
            assertAnsweredOnce(topics, hanging);
            assertThat(topics.committed("verdicts"))
                    .extracting(record -> Topics.verdict(record).getFinal().getDegraded())
                    .containsOnly(true);
            assertThat(
                            cloud.metric(
                                    "tiergate_ensemble_members_left_out_total{ensemble=\"slow-ensemble\",member=\"members/c.onnx\",reason=\"late\"}"))
                    .isGreaterThanOrEqualTo(1);
            assertThat(cloud.log()).contains("Member was cut at its deadline");

            // It is well again as soon as what it is asked is.
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                EscalatedSample quick = send(topics, 1, 0).get(0);
                topics.awaitAllRead();
                Verdict verdict = Topics.verdict(topics.verdictsOn(quick).get(0));
                return !verdict.getFinal().getDegraded();
            });
        }
    }

    /** What takes one thread about a second on a busy machine, each wave. */
    private List<EscalatedSample> waves(Topics topics, int count) {
        List<EscalatedSample> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.addAll(send(topics, 200, 1000));
        }
        return all;
    }

    /** @param turns that the slow member counts for each */
    private List<EscalatedSample> send(Topics topics, int count, float turns) {
        Input input = new Input(1, 0, 0, turns);
        List<EscalatedSample> samples = IntStream.range(0, count)
                .mapToObj(
                        i -> sample(tenant, input).setEnsemble("slow-ensemble").build())
                .toList();
        topics.escalateAll(samples);
        return samples;
    }

    private long lag(Topics topics) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", servers.kafka().address()))) {
            long read = admin
                    .listConsumerGroupOffsets("tiergate-cloud-" + tenant)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(offset -> offset.offset())
                    .sum();
            return topics.end("escalations") - read;
        }
    }

    private CloudProcess cloud(Map<String, String> changes) throws Exception {
        Map<String, String> settings = new HashMap<>(changes);
        // It would warn that it lets everybody in, and warnings are looked for here.
        settings.put("tiergate.console.sign-in", "off");
        return servers.cloud(Path.of("target", "it", tenant), tenant, settings);
    }

    private static void assertAnsweredOnce(Topics topics, List<EscalatedSample> samples) {
        assertThat(topics.committed("verdicts"))
                .extracting(record -> Topics.verdict(record).getEscalationId())
                .containsExactlyInAnyOrderElementsOf(
                        samples.stream().map(EscalatedSample::getEscalationId).toList());
        assertThat(topics.committed("retraining")).hasSize(samples.size());
        assertThat(topics.committed("dead-letters")).isEmpty();
    }
}
