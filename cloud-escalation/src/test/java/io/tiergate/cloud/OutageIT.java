package io.tiergate.cloud;

import static io.tiergate.cloud.testing.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.tiergate.cloud.testing.Application;
import io.tiergate.cloud.testing.CloudProcess;
import io.tiergate.cloud.testing.DatabaseServer;
import io.tiergate.cloud.testing.Input;
import io.tiergate.cloud.testing.KafkaServer;
import io.tiergate.cloud.testing.Ports;
import io.tiergate.cloud.testing.Servers;
import io.tiergate.cloud.testing.Topics;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What the service does while something that it needs is away. Every test has a tenant, and so topics and rows, of its own. */
class OutageIT {
    @TempDir
    static Path folder;

    private static Servers servers;

    private String tenant;

    @BeforeAll
    static void startServers() throws Exception {
        servers = Servers.start(folder, "tiny");
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
    void isReadyWithoutABrokerAndAnswersOnceItAppears() throws Exception {
        KafkaServer late = new KafkaServer(folder.resolve("late-kafka"));
        try (CloudProcess cloud =
                cloud(Map.of("tiergate.kafka", late.address())).awaitReady()) {
            assertThat(cloud.get("/q/health/ready").statusCode()).isEqualTo(200);
            awaitLog(cloud, "Kafka cannot be reached");
            late.start();
            try (Topics topics = new Topics(late.address(), tenant).await()) {
                topics.escalateAll(samples(10));
                topics.awaitAllRead();
                assertThat(topics.committed("verdicts")).hasSize(10);
            }
        } finally {
            late.close();
        }
    }

    @Test
    void losesNothingWhenTheDatabaseRestartsUnderLoad() throws Exception {
        try (CloudProcess cloud = cloud(Map.of()).awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> before = samples(300);
            List<EscalatedSample> during = samples(300);
            topics.escalateAll(before);
            servers.database().stop();
            topics.escalateAll(during);
            awaitLog(cloud, "The database cannot be reached");
            assertThat(topics.committed("verdicts")).hasSizeLessThan(600);
            servers.database().start();
            topics.awaitAllRead();

            assertAnsweredOnce(topics, both(before, during));
            assertThat(cloud.get("/q/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void losesNothingWhenTheBrokerRestartsUnderLoad() throws Exception {
        try (CloudProcess cloud = cloud(Map.of()).awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> before = samples(2000);
            List<EscalatedSample> after = samples(300);
            topics.escalateAll(before);
            servers.kafka().stop();
            assertThat(cloud.get("/q/health/ready").statusCode()).isEqualTo(200);
            servers.kafka().start();
            topics.escalateAll(after);
            topics.awaitAllRead();

            assertAnsweredOnce(topics, both(before, after));
        }
    }

    @Test
    void losesAndRepeatsNothingWhenTheBrokerIsAwayForLongerThanATransactionWaits() throws Exception {
        // A second instead of a minute: commits and aborts time out and are asked for again.
        Map<String, String> impatient = Map.of("mp.messaging.outgoing.verdicts.max.block.ms", "1000");
        try (CloudProcess cloud = cloud(impatient).awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> samples = samples(6000);
            topics.escalateAll(samples);
            Awaitility.await().until(() -> !topics.committed("verdicts").isEmpty());
            servers.kafka().stop();
            awaitLog(cloud, "Kafka cannot be reached");
            servers.kafka().start();
            topics.awaitAllRead();

            assertAnsweredOnce(topics, samples);
        }
    }

    @Test
    void losesAndRepeatsNothingWhenItIsKilledAgainAndAgain() throws Exception {
        try (CloudProcess first = cloud(Map.of()).awaitReady();
                Topics topics = servers.topics(tenant)) {
            List<EscalatedSample> early = samples(6000);
            topics.escalateAll(early);
            Awaitility.await().until(() -> !topics.committed("verdicts").isEmpty());
            first.kill();
            int answeredBeforeTheKill = topics.committed("verdicts").size();
            assertThat(answeredBeforeTheKill).isLessThan(6000);
            List<EscalatedSample> late = samples(6000);
            topics.escalateAll(late);
            try (CloudProcess second = cloud(Map.of()).awaitReady()) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> topics.committed("verdicts").size() > answeredBeforeTheKill);
                second.kill();
            }
            try (CloudProcess third = cloud(Map.of()).awaitReady()) {
                topics.awaitAllRead();
                assertThat(third.log()).doesNotContain("ERROR");
            }
            assertAnsweredOnce(topics, both(early, late));
        }
    }

    @Test
    void waitsForADatabaseThatComesLateAndTellsProbesToWaitToo() throws Exception {
        DatabaseServer late = new DatabaseServer(folder.resolve("late-postgres"));
        int port = Ports.free();
        try (CloudProcess cloud = cloud(
                        Map.of("tiergate.database-url", late.url(), "tiergate.grpc.port", Integer.toString(port)));
                Application probe = new Application(port)) {
            awaitLog(cloud, "The database cannot be reached");
            assertThat(cloud.standardOutput()).isEmpty();
            for (String name : List.of("", "inference.GRPCInferenceService", "tiny-ensemble")) {
                assertThat(probe.health(name)).as(name).isEqualTo(ServingStatus.NOT_SERVING);
            }
            late.start();
            cloud.awaitReady();
            for (String name : List.of("", "inference.GRPCInferenceService", "tiny-ensemble")) {
                assertThat(probe.health(name)).as(name).isEqualTo(ServingStatus.SERVING);
            }
        } finally {
            late.close();
        }
    }

    @Test
    void endsWithinSecondsWhenItIsToldToWhileKafkaAndTheDatabaseAreGone() throws Exception {
        KafkaServer ownKafka = new KafkaServer(folder.resolve("own-kafka"));
        DatabaseServer ownDatabase = new DatabaseServer(folder.resolve("own-postgres"));
        ownKafka.start();
        ownDatabase.start();
        try (CloudProcess cloud = cloud(
                        Map.of("tiergate.kafka", ownKafka.address(), "tiergate.database-url", ownDatabase.url()))
                .awaitReady()) {
            try (Topics topics = new Topics(ownKafka.address(), tenant).await()) {
                ownDatabase.stop();
                topics.escalateAll(samples(10));
                awaitLog(cloud, "The database cannot be reached");
            }
            ownKafka.stop();
            assertThat(cloud.terminate(Duration.ofSeconds(10))).isTrue();
        } finally {
            ownDatabase.close();
            ownKafka.close();
        }
    }

    @Test
    void endsAtOnceAndOrderlyWhileItAsksForABrokerThatNeverCame() throws Exception {
        String nowhere = "localhost:" + Ports.free();
        try (CloudProcess cloud = cloud(Map.of("tiergate.kafka", nowhere)).awaitReady()) {
            awaitLog(cloud, "Kafka cannot be reached");
            assertThat(cloud.terminate(Duration.ofSeconds(3))).isTrue();
            assertThat(cloud.log())
                    .doesNotContain("ERROR")
                    .doesNotContain("Exception in")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void endsWithItsParentsPipe() throws Exception {
        try (CloudProcess cloud = cloud(Map.of("tiergate.parent-pipe", "true")).awaitReady()) {
            cloud.closeStandardInput();
            assertThat(cloud.endsWithin(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void isNotReadyAndReadsNothingWithoutAnEnsemble() throws Exception {
        Path edgeOnly = TestModels.copyTo("tiny", "tiny-edge", folder.resolve("edge-only"));
        try (CloudProcess cloud = cloud(Map.of("tiergate.models", edgeOnly.toString()))) {
            awaitLog(cloud, "No ensemble can be served");
            assertThat(cloud.standardOutput()).isEmpty();
        }
    }

    @Test
    void tellsAllMistakesOfTheConfigurationAtOnceAndEnds() throws Exception {
        try (CloudProcess cloud = cloud(Map.of("tiergate.ensemble.threads", "0", "tiergate.tenant", "a/b"))) {
            assertThat(cloud.endsWithin(Duration.ofSeconds(30))).isTrue();
            assertThat(cloud.exitCode()).isEqualTo(1);
            assertThat(cloud.log())
                    .contains("tiergate.ensemble.threads: 0 (expected: 1 to 1024)")
                    .contains("tiergate.tenant: 'a/b'")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void namesAKeyThatDoesNotExistAndEnds() throws Exception {
        try (CloudProcess cloud = cloud(Map.of("tiergate.kafka.retenton", "1D"))) {
            assertThat(cloud.endsWithin(Duration.ofSeconds(30))).isTrue();
            assertThat(cloud.exitCode()).isEqualTo(1);
            assertThat(cloud.log()).contains("tiergate.kafka.retenton");
            assertThat(cloud.standardOutput()).isEmpty();
        }
    }

    @Test
    void namesThePortThatIsTakenAndEnds() throws Exception {
        try (CloudProcess holder = cloud(Map.of()).awaitReady();
                CloudProcess second = cloud(Map.of(
                        "tiergate.grpc.port", Integer.toString(holder.grpcPort()), "tiergate.instance", "second"))) {
            assertThat(second.endsWithin(Duration.ofSeconds(30))).isTrue();
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.log())
                    .contains("gRPC address /0.0.0.0:" + holder.grpcPort() + " cannot be used")
                    .contains("choose another port with --port");
        }
    }

    private CloudProcess cloud(Map<String, String> changes) throws Exception {
        return servers.cloud(Path.of("target", "it", tenant), tenant, changes);
    }

    private static void awaitLog(CloudProcess cloud, String words) {
        Awaitility.await(words).atMost(Duration.ofSeconds(60)).until(() -> cloud.log()
                .contains(words));
    }

    private List<EscalatedSample> samples(int count) {
        return IntStream.range(0, count)
                .mapToObj(i ->
                        sample(tenant, i % 2 == 0 ? Input.SURE_A : Input.SURE_B).build())
                .toList();
    }

    private static List<EscalatedSample> both(List<EscalatedSample> one, List<EscalatedSample> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private static void assertAnsweredOnce(Topics topics, List<EscalatedSample> samples)
            throws InvalidProtocolBufferException {
        List<String> ids =
                samples.stream().map(EscalatedSample::getEscalationId).toList();
        List<String> answered = new ArrayList<>();
        for (var record : topics.committed("verdicts")) {
            answered.add(Verdict.parseFrom(record.value()).getEscalationId());
        }
        assertThat(answered).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(topics.committed("retraining")).hasSize(ids.size());
        assertThat(topics.committed("dead-letters")).isEmpty();
    }
}
