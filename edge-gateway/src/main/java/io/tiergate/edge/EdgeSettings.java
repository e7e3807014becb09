package io.tiergate.edge;

import io.quarkus.runtime.configuration.MemorySize;
import io.tiergate.edge.escalation.LargeSampleConfig;
import io.tiergate.edge.escalation.OutboxConfig;
import io.tiergate.edge.escalation.RelayConfig;
import io.tiergate.edge.gate.GateConfig;
import io.tiergate.edge.inference.InferenceConfig;
import io.tiergate.edge.overload.OverloadConfig;
import io.tiergate.edge.verdict.VerdictConfig;
import io.tiergate.process.ConfigurationProblems;
import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.ClaimStore;
import io.tiergate.serving.claimcheck.S3Config;
import io.tiergate.serving.grpc.GrpcConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;

/** All of the gateway's configuration, and the check of its ranges. */
@ApplicationScoped
class EdgeSettings {
    private final EdgeConfig edge;
    private final GrpcConfig grpc;
    private final InferenceConfig inference;
    private final OutboxConfig outbox;
    private final RelayConfig relay;
    private final LargeSampleConfig largeSamples;
    private final ClaimCheckConfig claimCheck;
    private final S3Config s3;
    private final OverloadConfig overload;
    private final VerdictConfig verdicts;
    private final GateConfig gate;

    EdgeSettings(
            EdgeConfig edge,
            GrpcConfig grpc,
            InferenceConfig inference,
            OutboxConfig outbox,
            RelayConfig relay,
            LargeSampleConfig largeSamples,
            ClaimCheckConfig claimCheck,
            S3Config s3,
            OverloadConfig overload,
            VerdictConfig verdicts,
            GateConfig gate) {
        this.edge = edge;
        this.grpc = grpc;
        this.inference = inference;
        this.outbox = outbox;
        this.relay = relay;
        this.largeSamples = largeSamples;
        this.claimCheck = claimCheck;
        this.s3 = s3;
        this.overload = overload;
        this.verdicts = verdicts;
        this.gate = gate;
    }

    EdgeConfig edge() {
        return edge;
    }

    GrpcConfig grpc() {
        return grpc;
    }

    InferenceConfig inference() {
        return inference;
    }

    OutboxConfig outbox() {
        return outbox;
    }

    RelayConfig relay() {
        return relay;
    }

    LargeSampleConfig largeSamples() {
        return largeSamples;
    }

    ClaimCheckConfig claimCheck() {
        return claimCheck;
    }

    S3Config s3() {
        return s3;
    }

    OverloadConfig overload() {
        return overload;
    }

    VerdictConfig verdicts() {
        return verdicts;
    }

    GateConfig gate() {
        return gate;
    }

    /** What is wrong with the values; empty if nothing is. */
    String problems() {
        return ClaimStore.check(new ConfigurationProblems(), claimCheck, s3)
                .within(
                        "tiergate.relay.claim-check.above",
                        largeSamples.above().asLongValue(),
                        64 * 1024,
                        1024 * 1024 * 1024)
                .tenant(edge.tenant())
                .require(!edge.site().isBlank(), "tiergate.site: empty (expected: the site's id)")
                .require(
                        !edge.hasKafka() || isServerList(edge.kafka()),
                        "tiergate.kafka: '%s' (expected: HOST:PORT, several separated by commas, or none)"
                                .formatted(edge.kafka()))
                .require(
                        overload.policy() == OverloadConfig.Policy.REFUSE
                                || overload.cloud()
                                        .filter(EdgeSettings::isServer)
                                        .isPresent(),
                        "tiergate.overload.cloud: '%s' (expected: HOST:PORT, the cloud's gRPC port, for tiergate.overload.policy=cloud-assisted)"
                                .formatted(overload.cloud().orElse("")))
                .aboveZero("tiergate.overload.timeout", overload.timeout())
                .within("tiergate.overload.max-calls", overload.maxCalls(), 1, 100_000)
                .aboveZero("tiergate.model-poll", edge.modelPoll())
                .within("tiergate.grpc.port", grpc.port(), 0, 65_535)
                .within("tiergate.grpc.max-message-size", grpc.maxMessageSize().asLongValue(), 1, Integer.MAX_VALUE)
                .within("tiergate.grpc.event-loops", grpc.eventLoops().orElse(1), 1, 1_024)
                .notNegative("tiergate.grpc.drain", grpc.drain())
                .within("tiergate.inference.threads", inference.threads().orElse(1), 1, 1_024)
                .within("tiergate.inference.queue-capacity", inference.queueCapacity(), 1, 1_000_000)
                .within("tiergate.inference.max-batch-size", inference.maxBatchSize(), 1, 1_000_000)
                .within("tiergate.inference.intra-op-threads", inference.intraOpThreads(), 1, 1_024)
                .notNegative("tiergate.inference.max-wait", inference.maxWait())
                .notNegative("tiergate.inference.max-delay", inference.maxDelay())
                .notNegative("tiergate.inference.inline-budget", inference.inlineBudget())
                .within("tiergate.outbox.max-bytes", outbox.maxBytes().asLongValue(), 1, Long.MAX_VALUE)
                .aboveZero("tiergate.outbox.ttl", outbox.ttl())
                .aboveZero("tiergate.outbox.history", outbox.history())
                .within("tiergate.outbox.queue-capacity", outbox.queueCapacity(), 1, 1_000_000)
                .within("tiergate.outbox.relay-in-flight", outbox.relayInFlight(), 1, 100_000)
                .within(
                        "tiergate.relay.max-bytes-per-second",
                        relay.maxBytesPerSecond().map(MemorySize::asLongValue).orElse(1L),
                        1,
                        Long.MAX_VALUE)
                .require(
                        relay.hasSoundSchedule(),
                        "tiergate.relay.schedule: '%s' (expected: hours such as 22:00-06:00, several separated by commas)"
                                .formatted(relay.schedule().orElse("")))
                .require(
                        relay.hasKnownTimeZone(),
                        "tiergate.relay.time-zone: '%s' (expected: a time zone such as Europe/Berlin or UTC)"
                                .formatted(relay.timeZone().orElse("")))
                .aboveZero("tiergate.relay.ask-again-after", relay.askAgainAfter())
                .within("tiergate.verdicts.partition", verdicts.partition(), 0, 99_999)
                .within("tiergate.verdicts.cache-entries", verdicts.cacheEntries(), 0, 10_000_000)
                .aboveZero("tiergate.gate.save", gate.save())
                .summary();
    }

    private static boolean isServerList(String servers) {
        return Arrays.stream(servers.split(",", -1)).allMatch(EdgeSettings::isServer);
    }

    private static boolean isServer(String server) {
        int colon = server.lastIndexOf(':');
        String port = server.substring(colon + 1);
        return colon > 0 && port.matches("\\d{1,5}") && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65_535;
    }
}
