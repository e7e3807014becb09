package io.tiergate.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiergate.cloud.adjudication.EnsembleConfig;
import io.tiergate.cloud.console.ConsoleConfig;
import io.tiergate.cloud.console.ConsoleConfig.SignIn;
import io.tiergate.cloud.inference.InferenceConfig;
import io.tiergate.cloud.intake.FetchConfig;
import io.tiergate.cloud.intake.TopicsConfig;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.S3Config;
import io.tiergate.serving.grpc.GrpcConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Map<String, String> REQUIRED = Map.of(
            "tiergate.models", "models",
            "tiergate.data-dir", "data",
            "tiergate.kafka", "localhost:9092",
            "tiergate.database-url", "postgresql://localhost:5432/tiergate?user=u&password=p");

    @Test
    void hasTheseDefaults() {
        SmallRyeConfig config = config(Map.of());
        ServiceConfig service = config.getConfigMapping(ServiceConfig.class);
        assertThat(service.tenant()).isEqualTo("default");
        assertThat(service.instance()).isEmpty();
        GrpcConfig grpc = config.getConfigMapping(GrpcConfig.class);
        assertThat(grpc.port()).isEqualTo(9001);
        assertThat(grpc.host()).isEqualTo("0.0.0.0");
        assertThat(grpc.maxMessageSize().asLongValue()).isEqualTo(16 * 1024 * 1024);
        assertThat(grpc.eventLoops()).isEmpty();
        assertThat(grpc.serverName()).isEqualTo("tiergate");
        assertThat(grpc.reflection()).isTrue();
        assertThat(grpc.drain()).isEqualTo(Duration.ofSeconds(10));
        InferenceConfig inference = config.getConfigMapping(InferenceConfig.class);
        assertThat(inference.threads()).isEmpty();
        assertThat(inference.queueCapacity()).isEqualTo(1024);
        assertThat(inference.maxBatchSize()).isEqualTo(1024);
        EnsembleConfig ensemble = config.getConfigMapping(EnsembleConfig.class);
        assertThat(ensemble.threads()).isEmpty();
        assertThat(ensemble.operatorThreads()).isEqualTo(1);
        assertThat(ensemble.batchLimit()).isEqualTo(64);
        assertThat(ensemble.memberDeadline()).isEqualTo(Duration.ofSeconds(10));
        TopicsConfig topics = config.getConfigMapping(TopicsConfig.class);
        assertThat(topics.createTopics()).isTrue();
        assertThat(topics.replicationFactor()).isEqualTo((short) 1);
        assertThat(topics.retention()).isEqualTo(Duration.ofDays(7));
        assertThat(topics.deadLetterRetention()).isEqualTo(Duration.ofDays(14));
        assertThat(topics.maxEscalationBytes()).isEqualTo(8 * 1024 * 1024);
        assertThat(topics.partitions().escalations()).isEqualTo(6);
        assertThat(topics.partitions().verdicts()).isEqualTo(8);
        assertThat(topics.partitions().retraining()).isEqualTo(3);
        assertThat(topics.partitions().telemetry()).isEqualTo(1);
        assertThat(topics.partitions().deadLetters()).isEqualTo(1);
        ReviewConfig review = config.getConfigMapping(ReviewConfig.class);
        assertThat(review.countEvery()).isEqualTo(Duration.ofSeconds(5));
        assertThat(review.opinions()).isEqualTo(1);
        assertThat(review.lease()).isEqualTo(Duration.ofMinutes(5));
        assertThat(review.undoWindow()).isEqualTo(Duration.ofSeconds(5));
        assertThat(review.publishEvery()).isEqualTo(Duration.ofSeconds(2));
        assertThat(review.retention()).isEqualTo(Duration.ofDays(7));
        ClaimCheckConfig claimCheck = config.getConfigMapping(ClaimCheckConfig.class);
        assertThat(claimCheck.folder()).isEmpty();
        assertThat(claimCheck.timeout()).isEqualTo(Duration.ofMinutes(2));
        FetchConfig fetching = config.getConfigMapping(FetchConfig.class);
        assertThat(fetching.maxBytes().asLongValue()).isEqualTo(32 * 1024 * 1024);
        assertThat(fetching.fetches()).isEqualTo(4);
        assertThat(config.getConfigMapping(ConsoleConfig.class).signIn()).isEqualTo(SignIn.OFF);
        S3Config s3 = config.getConfigMapping(S3Config.class);
        assertThat(s3.bucket()).isEmpty();
        assertThat(s3.endpoint()).isEmpty();
        assertThat(s3.region()).isEqualTo("us-east-1");
        assertThat(s3.pathStyle()).isFalse();
        assertThat(s3.accessKeyId()).isEmpty();
        assertThat(s3.secretAccessKey()).isEmpty();
        assertThat(s3.secretAccessKeyFile()).isEmpty();
        check(Map.of()).requireSound();
    }

    @Test
    void namesEveryMistakeAtOnceWithItsKeyAndRange() {
        assertThatThrownBy(() -> check(Map.ofEntries(
                                Map.entry("tiergate.tenant", "a/b"),
                                Map.entry("tiergate.database-url", "mysql://localhost"),
                                Map.entry("tiergate.grpc.port", "70000"),
                                Map.entry("tiergate.grpc.max-message-size", "0"),
                                Map.entry("tiergate.grpc.event-loops", "0"),
                                Map.entry("tiergate.grpc.drain", "-1s"),
                                Map.entry("tiergate.inference.threads", "0"),
                                Map.entry("tiergate.inference.queue-capacity", "0"),
                                Map.entry("tiergate.inference.max-batch-size", "0"),
                                Map.entry("tiergate.ensemble.threads", "0"),
                                Map.entry("tiergate.ensemble.operator-threads", "0"),
                                Map.entry("tiergate.ensemble.batch-limit", "0"),
                                Map.entry("tiergate.ensemble.member-deadline", "2h"),
                                Map.entry("tiergate.kafka.replication-factor", "0"),
                                Map.entry("tiergate.kafka.max-escalation-bytes", "17"),
                                Map.entry("tiergate.kafka.partitions.escalations", "0"),
                                Map.entry("tiergate.kafka.partitions.verdicts", "0"),
                                Map.entry("tiergate.kafka.partitions.retraining", "0"),
                                Map.entry("tiergate.kafka.partitions.telemetry", "0"),
                                Map.entry("tiergate.kafka.partitions.dead-letters", "0"),
                                Map.entry("tiergate.kafka.retention", "0s"),
                                Map.entry("tiergate.kafka.dead-letter-retention", "0s"),
                                Map.entry("tiergate.claim-check.folder", "claims"),
                                Map.entry("tiergate.claim-check.timeout", "0s"),
                                Map.entry("tiergate.claim-check.max-bytes", "0"),
                                Map.entry("tiergate.claim-check.fetches", "0"),
                                Map.entry("tiergate.claim-check.s3.bucket", "claims"),
                                Map.entry("tiergate.claim-check.s3.endpoint", "minio"),
                                Map.entry("tiergate.claim-check.s3.access-key-id", "an-id"),
                                Map.entry("tiergate.review.count-every", "0s"),
                                Map.entry("tiergate.review.opinions", "0"),
                                Map.entry("tiergate.review.lease", "25h"),
                                Map.entry("tiergate.review.undo-window", "-1s"),
                                Map.entry("tiergate.review.publish-every", "0s"),
                                Map.entry("tiergate.review.retention", "0s")))
                        .requireSound())
                .isInstanceOf(FatalException.class)
                .hasMessageContainingAll(
                        "tiergate.tenant: 'a/b'",
                        "tiergate.database-url (expected: postgresql://",
                        "tiergate.grpc.port: 70000 (expected: 0 to 65535)",
                        "tiergate.grpc.max-message-size: 0",
                        "tiergate.grpc.event-loops: 0",
                        "tiergate.grpc.drain: PT-1S",
                        "tiergate.inference.threads: 0",
                        "tiergate.inference.queue-capacity: 0",
                        "tiergate.inference.max-batch-size: 0",
                        "tiergate.ensemble.threads: 0",
                        "tiergate.ensemble.operator-threads: 0",
                        "tiergate.ensemble.batch-limit: 0",
                        "tiergate.ensemble.member-deadline: PT2H (expected: above zero, at most PT1H)",
                        "tiergate.kafka.replication-factor: 0",
                        "tiergate.kafka.max-escalation-bytes: 17",
                        "tiergate.kafka.partitions.escalations: 0",
                        "tiergate.kafka.partitions.verdicts: 0",
                        "tiergate.kafka.partitions.retraining: 0",
                        "tiergate.kafka.partitions.telemetry: 0",
                        "tiergate.kafka.partitions.dead-letters: 0",
                        "tiergate.kafka.retention: PT0S",
                        "tiergate.kafka.dead-letter-retention: PT0S",
                        "tiergate.claim-check.folder and tiergate.claim-check.s3.bucket: both set",
                        "tiergate.claim-check.timeout: PT0S",
                        "tiergate.claim-check.max-bytes: 0",
                        "tiergate.claim-check.fetches: 0",
                        "tiergate.claim-check.s3.endpoint: 'minio'",
                        "tiergate.claim-check.s3.access-key-id: goes with",
                        "tiergate.review.count-every: PT0S",
                        "tiergate.review.opinions: 0 (expected: 1 to 99)",
                        "tiergate.review.lease: PT25H (expected: above zero, at most PT24H)",
                        "tiergate.review.undo-window: PT-1S (expected: zero to PT1H)",
                        "tiergate.review.publish-every: PT0S",
                        "tiergate.review.retention: PT0S");
    }

    @Test
    void letsWhoeverIsThereInOnlyWhereThereIsNobodyElse() {
        assertThatThrownBy(
                        () -> check(Map.of("tiergate.console.sign-in", "local")).requireSound())
                .isInstanceOf(FatalException.class)
                .hasMessageContainingAll(
                        "tiergate.console.sign-in: local, where quarkus.http.host is 0.0.0.0",
                        "quarkus.http.host=localhost",
                        "tiergate.console.sign-in=oidc");
        check(Map.of("tiergate.console.sign-in", "local", "quarkus.http.host", "127.0.0.1"))
                .requireSound();
    }

    @Test
    void asksForTheIdentityProviderWherePeopleSignInWithOne() {
        assertThatThrownBy(
                        () -> check(Map.of("tiergate.console.sign-in", "oidc")).requireSound())
                .hasMessageContaining("quarkus.oidc.auth-server-url: missing");
        check(Map.of(
                        "tiergate.console.sign-in",
                        "oidc",
                        "quarkus.oidc.auth-server-url",
                        "https://id.example/realms/plant"))
                .requireSound();
    }

    @Test
    void keepsTheDatabasesPasswordOutOfItsMessages() {
        assertThatThrownBy(() -> check(Map.of("tiergate.database-url", "jdbc:postgresql://h/d?password=hunter2"))
                        .requireSound())
                .hasMessageNotContaining("hunter2");
    }

    private static ConfigurationCheck check(Map<String, String> changes) {
        SmallRyeConfig config = config(changes);
        return new ConfigurationCheck(
                config.getConfigMapping(ServiceConfig.class),
                config.getConfigMapping(GrpcConfig.class),
                config.getConfigMapping(InferenceConfig.class),
                config.getConfigMapping(EnsembleConfig.class),
                config.getConfigMapping(TopicsConfig.class),
                config.getConfigMapping(ReviewConfig.class),
                config.getConfigMapping(ClaimCheckConfig.class),
                config.getConfigMapping(S3Config.class),
                config.getConfigMapping(FetchConfig.class),
                config.getConfigMapping(ConsoleConfig.class),
                config.getOptionalValue("quarkus.http.host", String.class).orElse("0.0.0.0"),
                config.getOptionalValue("quarkus.oidc.auth-server-url", String.class));
    }

    /** The service's own file included: in it is what differs here from the edge. */
    private static SmallRyeConfig config(Map<String, String> changes) {
        Map<String, String> values = new HashMap<>(REQUIRED);
        values.putAll(changes);
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(source("/application.properties"), new PropertiesConfigSource(values, "test", 300))
                .withMapping(ServiceConfig.class)
                .withMapping(GrpcConfig.class)
                .withMapping(InferenceConfig.class)
                .withMapping(EnsembleConfig.class)
                .withMapping(TopicsConfig.class)
                .withMapping(ReviewConfig.class)
                .withMapping(ClaimCheckConfig.class)
                .withMapping(S3Config.class)
                .withMapping(FetchConfig.class)
                .withMapping(ConsoleConfig.class)
                .build();
    }

    private static ConfigSource source(String file) {
        try {
            return new PropertiesConfigSource(ConfigurationTest.class.getResource(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
