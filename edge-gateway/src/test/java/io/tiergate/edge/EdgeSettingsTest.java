package io.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tiergate.edge.escalation.LargeSampleConfig;
import io.tiergate.edge.escalation.OutboxConfig;
import io.tiergate.edge.escalation.RelayConfig;
import io.tiergate.edge.gate.GateConfig;
import io.tiergate.edge.inference.InferenceConfig;
import io.tiergate.edge.overload.OverloadConfig;
import io.tiergate.edge.verdict.VerdictConfig;
import io.tiergate.serving.claimcheck.ClaimCheckConfig;
import io.tiergate.serving.claimcheck.S3Config;
import io.tiergate.serving.grpc.GrpcConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every key, its default, and its range: a new key fails these tests until it is named here. */
class EdgeSettingsTest {
    private static final Map<Class<?>, String> MAPPINGS = Map.ofEntries(
            Map.entry(EdgeConfig.class, "tiergate"),
            Map.entry(GrpcConfig.class, "tiergate.grpc"),
            Map.entry(InferenceConfig.class, "tiergate.inference"),
            Map.entry(OutboxConfig.class, "tiergate.outbox"),
            Map.entry(RelayConfig.class, "tiergate.relay"),
            Map.entry(LargeSampleConfig.class, "tiergate.relay.claim-check"),
            Map.entry(ClaimCheckConfig.class, "tiergate.claim-check"),
            Map.entry(S3Config.class, "tiergate.claim-check.s3"),
            Map.entry(OverloadConfig.class, "tiergate.overload"),
            Map.entry(VerdictConfig.class, "tiergate.verdicts"),
            Map.entry(GateConfig.class, "tiergate.gate"));

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("tiergate.models", "models"),
            Map.entry("tiergate.model-control", "NONE"),
            Map.entry("tiergate.model-poll", "PT15S"),
            Map.entry("tiergate.data-dir", ".tiergate/edge"),
            Map.entry("tiergate.kafka", "localhost:9092"),
            Map.entry("tiergate.tenant", "default"),
            Map.entry("tiergate.site", "local"),
            Map.entry("tiergate.device", "local"),
            Map.entry("tiergate.parent-pipe", "false"),
            Map.entry("tiergate.grpc.port", "9000"),
            Map.entry("tiergate.grpc.host", "0.0.0.0"),
            Map.entry("tiergate.grpc.max-message-size", "16777216"),
            Map.entry("tiergate.grpc.event-loops", "OptionalInt.empty"),
            Map.entry("tiergate.grpc.server-name", "tiergate"),
            Map.entry("tiergate.grpc.lenient-model-ready", "false"),
            Map.entry("tiergate.grpc.reflection", "true"),
            Map.entry("tiergate.grpc.drain", "PT10S"),
            Map.entry("tiergate.inference.threads", "OptionalInt.empty"),
            Map.entry("tiergate.inference.queue-capacity", "1024"),
            Map.entry("tiergate.inference.intra-op-threads", "1"),
            Map.entry("tiergate.inference.spinning", "false"),
            Map.entry("tiergate.inference.max-batch-size", "1024"),
            Map.entry("tiergate.inference.max-delay", "PT0S"),
            Map.entry("tiergate.inference.inline-budget", "PT0.0005S"),
            Map.entry("tiergate.inference.max-wait", "PT30S"),
            Map.entry("tiergate.outbox.sync", "FULL"),
            Map.entry("tiergate.outbox.max-bytes", "1073741824"),
            Map.entry("tiergate.outbox.ttl", "PT168H"),
            Map.entry("tiergate.outbox.history", "PT168H"),
            Map.entry("tiergate.outbox.when-full", "EVICT"),
            Map.entry("tiergate.outbox.queue-capacity", "4096"),
            Map.entry("tiergate.outbox.relay-in-flight", "256"),
            Map.entry("tiergate.relay.max-bytes-per-second", "Optional.empty"),
            Map.entry("tiergate.relay.schedule", "Optional.empty"),
            Map.entry("tiergate.relay.time-zone", "Optional.empty"),
            Map.entry("tiergate.relay.claim-check.above", "921600"),
            Map.entry("tiergate.claim-check.folder", "Optional.empty"),
            Map.entry("tiergate.claim-check.timeout", "PT2M"),
            Map.entry("tiergate.claim-check.s3.bucket", "Optional.empty"),
            Map.entry("tiergate.claim-check.s3.endpoint", "Optional.empty"),
            Map.entry("tiergate.claim-check.s3.region", "us-east-1"),
            Map.entry("tiergate.claim-check.s3.path-style", "false"),
            Map.entry("tiergate.claim-check.s3.access-key-id", "Optional.empty"),
            Map.entry("tiergate.claim-check.s3.secret-access-key", "Optional.empty"),
            Map.entry("tiergate.claim-check.s3.secret-access-key-file", "Optional.empty"),
            Map.entry("tiergate.overload.policy", "REFUSE"),
            Map.entry("tiergate.overload.cloud", "Optional.empty"),
            Map.entry("tiergate.overload.timeout", "PT2S"),
            Map.entry("tiergate.overload.max-calls", "64"),
            Map.entry("tiergate.relay.ask-again-after", "PT1H"),
            Map.entry("tiergate.verdicts.partition", "0"),
            Map.entry("tiergate.verdicts.cache-entries", "10000"),
            Map.entry("tiergate.gate.save", "PT5S"),
            Map.entry("tiergate.gate.seed", "OptionalLong.empty"));

    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("tiergate.models", "elsewhere"),
            Map.entry("tiergate.model-control", "POLL"),
            Map.entry("tiergate.model-poll", "PT1S"),
            Map.entry("tiergate.data-dir", "data"),
            Map.entry("tiergate.kafka", "none"),
            Map.entry("tiergate.tenant", "acme"),
            Map.entry("tiergate.site", "plant-1"),
            Map.entry("tiergate.device", "line-2"),
            Map.entry("tiergate.parent-pipe", "true"),
            Map.entry("tiergate.grpc.port", "9100"),
            Map.entry("tiergate.grpc.host", "127.0.0.1"),
            Map.entry("tiergate.grpc.max-message-size", "1024"),
            Map.entry("tiergate.grpc.event-loops", "3"),
            Map.entry("tiergate.grpc.server-name", "triton"),
            Map.entry("tiergate.grpc.lenient-model-ready", "true"),
            Map.entry("tiergate.grpc.reflection", "false"),
            Map.entry("tiergate.grpc.drain", "PT1S"),
            Map.entry("tiergate.inference.threads", "4"),
            Map.entry("tiergate.inference.queue-capacity", "5"),
            Map.entry("tiergate.inference.intra-op-threads", "2"),
            Map.entry("tiergate.inference.spinning", "true"),
            Map.entry("tiergate.inference.max-batch-size", "10"),
            Map.entry("tiergate.inference.max-delay", "PT0.002S"),
            Map.entry("tiergate.inference.inline-budget", "PT0S"),
            Map.entry("tiergate.inference.max-wait", "PT2S"),
            Map.entry("tiergate.outbox.sync", "NORMAL"),
            Map.entry("tiergate.outbox.max-bytes", "4096"),
            Map.entry("tiergate.outbox.ttl", "PT24H"),
            Map.entry("tiergate.outbox.history", "PT48H"),
            Map.entry("tiergate.outbox.when-full", "EVICT_OLDEST"),
            Map.entry("tiergate.outbox.queue-capacity", "6"),
            Map.entry("tiergate.outbox.relay-in-flight", "7"),
            Map.entry("tiergate.relay.max-bytes-per-second", "65536"),
            Map.entry("tiergate.relay.schedule", "22:00-06:00,12:00-13:00"),
            Map.entry("tiergate.relay.time-zone", "Europe/Berlin"),
            Map.entry("tiergate.relay.claim-check.above", "65536"),
            Map.entry("tiergate.claim-check.folder", "claims"),
            Map.entry("tiergate.claim-check.timeout", "PT5S"),
            Map.entry("tiergate.claim-check.s3.bucket", "claims"),
            Map.entry("tiergate.claim-check.s3.endpoint", "https://localhost:9443"),
            Map.entry("tiergate.claim-check.s3.region", "eu-central-1"),
            Map.entry("tiergate.claim-check.s3.path-style", "true"),
            Map.entry("tiergate.claim-check.s3.access-key-id", "an-id"),
            Map.entry("tiergate.claim-check.s3.secret-access-key", "a-secret"),
            Map.entry("tiergate.claim-check.s3.secret-access-key-file", "secret"),
            Map.entry("tiergate.overload.policy", "CLOUD_ASSISTED"),
            Map.entry("tiergate.overload.cloud", "cloud:9001"),
            Map.entry("tiergate.overload.timeout", "PT1S"),
            Map.entry("tiergate.overload.max-calls", "8"),
            Map.entry("tiergate.relay.ask-again-after", "PT30M"),
            Map.entry("tiergate.verdicts.partition", "8"),
            Map.entry("tiergate.verdicts.cache-entries", "10"),
            Map.entry("tiergate.gate.save", "PT7S"),
            Map.entry("tiergate.gate.seed", "9"));

    @Test
    void everyKeyHasItsDefault() throws Exception {
        assertThat(values(Map.of("tiergate.models", "models"))).isEqualTo(new TreeMap<>(DEFAULTS));
    }

    @Test
    void everyKeyCanBeSet() throws Exception {
        Map<String, String> values = values(OTHERS);
        values.replaceAll((key, value) -> value.replaceAll("Optional(?:Int|Long)?\\[(.+)]", "$1"));
        assertThat(values).isEqualTo(new TreeMap<>(OTHERS));
        assertThat(OTHERS).allSatisfy((key, value) -> assertThat(value).isNotEqualTo(DEFAULTS.get(key)));
    }

    @Test
    void theDefaultsAndTheOtherValuesAreSound() {
        assertThat(settings(Map.of("tiergate.models", "models")).problems()).isEmpty();
        Map<String, String> oneStore = new TreeMap<>(OTHERS);
        oneStore.remove("tiergate.claim-check.folder");
        assertThat(settings(oneStore).problems()).isEmpty();
    }

    @Test
    void allProblemsAreToldAtOnce() {
        Map<String, String> wrong = new TreeMap<>(OTHERS);
        wrong.put("tiergate.kafka", "broker");
        wrong.put("tiergate.tenant", "a/b");
        wrong.put("tiergate.site", " ");
        wrong.put("tiergate.model-poll", "0s");
        wrong.put("tiergate.grpc.port", "65536");
        wrong.put("tiergate.grpc.max-message-size", "0");
        wrong.put("tiergate.grpc.event-loops", "0");
        wrong.put("tiergate.inference.threads", "0");
        wrong.put("tiergate.inference.queue-capacity", "0");
        wrong.put("tiergate.inference.max-batch-size", "0");
        wrong.put("tiergate.inference.intra-op-threads", "0");
        wrong.put("tiergate.outbox.max-bytes", "0");
        wrong.put("tiergate.outbox.ttl", "0");
        wrong.put("tiergate.outbox.history", "0");
        wrong.put("tiergate.outbox.queue-capacity", "0");
        wrong.put("tiergate.outbox.relay-in-flight", "0");
        wrong.put("tiergate.relay.max-bytes-per-second", "0");
        wrong.put("tiergate.relay.schedule", "22:00-6");
        wrong.put("tiergate.relay.time-zone", "Berlin");
        wrong.put("tiergate.relay.claim-check.above", "1K");
        wrong.put("tiergate.claim-check.timeout", "0");
        wrong.put("tiergate.overload.cloud", "cloud");
        wrong.put("tiergate.overload.timeout", "0");
        wrong.put("tiergate.overload.max-calls", "0");
        wrong.put("tiergate.relay.ask-again-after", "0");
        wrong.put("tiergate.verdicts.partition", "-1");
        wrong.put("tiergate.verdicts.cache-entries", "-1");
        wrong.put("tiergate.gate.save", "0");
        assertThat(settings(wrong).problems().split("; (?=tiergate)"))
                .hasSize(29)
                .contains("tiergate.model-poll: PT0S (expected: above zero)")
                .contains("tiergate.kafka: 'broker' (expected: HOST:PORT, several separated by commas, or none)")
                .contains("tiergate.grpc.port: 65536 (expected: 0 to 65535)")
                .contains(
                        "tiergate.relay.schedule: '22:00-6' (expected: hours such as 22:00-06:00, several separated by commas)");
    }

    private static EdgeSettings settings(Map<String, String> properties) {
        SmallRyeConfig config = config(properties);
        return new EdgeSettings(
                config.getConfigMapping(EdgeConfig.class),
                config.getConfigMapping(GrpcConfig.class),
                config.getConfigMapping(InferenceConfig.class),
                config.getConfigMapping(OutboxConfig.class),
                config.getConfigMapping(RelayConfig.class),
                config.getConfigMapping(LargeSampleConfig.class),
                config.getConfigMapping(ClaimCheckConfig.class),
                config.getConfigMapping(S3Config.class),
                config.getConfigMapping(OverloadConfig.class),
                config.getConfigMapping(VerdictConfig.class),
                config.getConfigMapping(GateConfig.class));
    }

    private static SmallRyeConfig config(Map<String, String> properties) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "test", 100));
        MAPPINGS.keySet().forEach(builder::withMapping);
        return builder.build();
    }

    private static Map<String, String> values(Map<String, String> properties) throws ReflectiveOperationException {
        SmallRyeConfig config = config(properties);
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<Class<?>, String> mapping : MAPPINGS.entrySet()) {
            Object mapped = config.getConfigMapping(mapping.getKey());
            for (Method key : mapping.getKey().getMethods()) {
                if (!key.isDefault()) {
                    values.put(mapping.getValue() + "." + kebab(key.getName()), text(key, mapped));
                }
            }
        }
        return values;
    }

    private static String text(Method key, Object mapped) throws IllegalAccessException, InvocationTargetException {
        Object value = key.invoke(mapped);
        if (value instanceof Optional<?> optional && optional.orElse(null) instanceof MemorySize size) {
            return "Optional[" + size.asLongValue() + "]";
        }
        return value instanceof MemorySize size ? String.valueOf(size.asLongValue()) : String.valueOf(value);
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }
}
