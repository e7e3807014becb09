package io.tiergate.edge.escalation;

import com.google.protobuf.ByteString;
import io.quarkus.runtime.configuration.MemorySize;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import java.math.BigInteger;
import java.time.Duration;
import java.util.UUID;

/** What ledgers are tried with. */
final class Ledgers {
    private Ledgers() {}

    static NewEscalation sample(Purpose purpose, int subjectBytes) {
        EscalatedSample.Builder sample = EscalatedSample.newBuilder()
                .setEscalationId(UUID.randomUUID().toString())
                .setPurpose(purpose)
                .setReason("below-threshold")
                .setContentDigest(ByteString.copyFrom(new byte[32]))
                .setSubject("s".repeat(subjectBytes));
        sample.getModelBuilder().setName("tiny-edge").setVersion(1);
        sample.getPredictionBuilder().setLabel("a");
        return new NewEscalation(sample.build());
    }

    static OutboxConfig config(long maxBytes, int queueCapacity) {
        return config(maxBytes, queueCapacity, Duration.ofDays(7));
    }

    static OutboxConfig config(long maxBytes, int queueCapacity, Duration ttl) {
        return config(maxBytes, queueCapacity, ttl, OutboxConfig.WhenFull.SHED);
    }

    static OutboxConfig config(long maxBytes, int queueCapacity, Duration ttl, OutboxConfig.WhenFull whenFull) {
        return config(maxBytes, queueCapacity, ttl, whenFull, Duration.ofDays(7));
    }

    static OutboxConfig config(
            long maxBytes, int queueCapacity, Duration ttl, OutboxConfig.WhenFull whenFull, Duration history) {
        return new OutboxConfig() {
            @Override
            public Sync sync() {
                return Sync.FULL;
            }

            @Override
            public MemorySize maxBytes() {
                return new MemorySize(BigInteger.valueOf(maxBytes));
            }

            @Override
            public WhenFull whenFull() {
                return whenFull;
            }

            @Override
            public Duration ttl() {
                return ttl;
            }

            @Override
            public Duration history() {
                return history;
            }

            @Override
            public int queueCapacity() {
                return queueCapacity;
            }

            @Override
            public int relayInFlight() {
                return 16;
            }
        };
    }
}
