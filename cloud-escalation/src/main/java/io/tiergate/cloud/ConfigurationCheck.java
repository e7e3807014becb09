package io.tiergate.cloud;

import io.tiergate.cloud.adjudication.EnsembleConfig;
import io.tiergate.cloud.console.ConsoleConfig;
import io.tiergate.cloud.console.ConsoleConfig.SignIn;
import io.tiergate.cloud.console.Loopback;
import io.tiergate.cloud.inference.InferenceConfig;
import io.tiergate.cloud.intake.FetchConfig;
import io.tiergate.cloud.intake.TopicsConfig;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.process.ConfigurationProblems;
import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.S3Config;
import io.tiergate.serving.grpc.GrpcConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Looks at every configured value before anything starts, so that one start tells of all mistakes. */
@ApplicationScoped
class ConfigurationCheck {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);

    private final ServiceConfig service;
    private final GrpcConfig grpc;
    private final InferenceConfig inference;
    private final EnsembleConfig ensemble;
    private final TopicsConfig topics;
    private final ReviewConfig review;
    private final ClaimCheckConfig claimCheck;
    private final S3Config s3;
    private final FetchConfig fetching;
    private final ConsoleConfig console;
    private final String httpHost;
    private final Optional<String> provider;

    @Inject
    ConfigurationCheck(
            ServiceConfig service,
            GrpcConfig grpc,
            InferenceConfig inference,
            EnsembleConfig ensemble,
            TopicsConfig topics,
            ReviewConfig review,
            ClaimCheckConfig claimCheck,
            S3Config s3,
            FetchConfig fetching,
            ConsoleConfig console,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "0.0.0.0") String httpHost,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> provider) {
        this.service = service;
        this.grpc = grpc;
        this.inference = inference;
        this.ensemble = ensemble;
        this.topics = topics;
        this.review = review;
        this.claimCheck = claimCheck;
        this.s3 = s3;
        this.fetching = fetching;
        this.console = console;
        this.httpHost = httpHost;
        this.provider = provider;
    }

    /**
     * @throws FatalException naming every value that makes no sense
     */
    void requireSound() {
        String problems = ClaimStore.check(new ConfigurationProblems(), claimCheck, s3)
                .within(
                        "tiergate.claim-check.max-bytes",
                        fetching.maxBytes().asLongValue(),
                        MEBIBYTE / 16,
                        512L * MEBIBYTE)
                .within("tiergate.claim-check.fetches", fetching.fetches(), 1, 1_024)
                .tenant(service.tenant())
                .require(
                        service.databaseUrl().startsWith("postgresql://"),
                        "tiergate.database-url (expected: postgresql://host:port/database?user=name&password=secret)")
                .within("tiergate.grpc.port", grpc.port(), 0, 65_535)
                .within("tiergate.grpc.max-message-size", grpc.maxMessageSize().asLongValue(), 1, Integer.MAX_VALUE)
                .within("tiergate.grpc.event-loops", grpc.eventLoops().orElse(1), 1, 1_024)
                .notNegative("tiergate.grpc.drain", grpc.drain())
                .within("tiergate.inference.threads", inference.threads().orElse(1), 1, 1_024)
                .within("tiergate.inference.queue-capacity", inference.queueCapacity(), 1, 1_000_000)
                .within("tiergate.inference.max-batch-size", inference.maxBatchSize(), 1, 1_000_000)
                .within("tiergate.ensemble.threads", ensemble.threads().orElse(1), 1, 1_024)
                .within("tiergate.ensemble.operator-threads", ensemble.operatorThreads(), 1, 1_024)
                .within("tiergate.ensemble.batch-limit", ensemble.batchLimit(), 1, 65_536)
                .require(
                        ensemble.memberDeadline().isPositive()
                                && ensemble.memberDeadline().compareTo(LONGEST_DEADLINE) <= 0,
                        "tiergate.ensemble.member-deadline: " + ensemble.memberDeadline()
                                + " (expected: above zero, at most " + LONGEST_DEADLINE + ")")
                .within("tiergate.kafka.replication-factor", topics.replicationFactor(), 1, Short.MAX_VALUE)
                .within("tiergate.kafka.max-escalation-bytes", topics.maxEscalationBytes(), MEBIBYTE, 16 * MEBIBYTE)
                .within(
                        "tiergate.kafka.partitions.escalations",
                        topics.partitions().escalations(),
                        1,
                        100_000)
                .within(
                        "tiergate.kafka.partitions.verdicts",
                        topics.partitions().verdicts(),
                        1,
                        100_000)
                .within(
                        "tiergate.kafka.partitions.retraining",
                        topics.partitions().retraining(),
                        1,
                        100_000)
                .within(
                        "tiergate.kafka.partitions.telemetry",
                        topics.partitions().telemetry(),
                        1,
                        100_000)
                .within(
                        "tiergate.kafka.partitions.dead-letters",
                        topics.partitions().deadLetters(),
                        1,
                        100_000)
                .aboveZero("tiergate.kafka.retention", topics.retention())
                .aboveZero("tiergate.kafka.dead-letter-retention", topics.deadLetterRetention())
                .aboveZero("tiergate.review.count-every", review.countEvery())
                .require(
                        console.signIn() != SignIn.LOCAL || Loopback.isLoopback(httpHost),
                        "tiergate.console.sign-in: local, where quarkus.http.host is " + httpHost
                                + " (expected: localhost, 127.0.0.1 or ::1). It lets in whoever can connect: bind the server to this"
                                + " machine with quarkus.http.host=localhost, or let people sign in with tiergate.console.sign-in=oidc")
                .require(
                        console.signIn() != SignIn.OIDC || provider.isPresent(),
                        "quarkus.oidc.auth-server-url: missing (expected: the issuer's URL, because tiergate.console.sign-in is oidc)")
                .within("tiergate.review.opinions", review.opinions(), 1, 99)
                .summary();
        if (!problems.isEmpty()) {
            throw new FatalException("The configuration cannot be used: " + problems, null);
        }
    }
}
