package io.tiergate.serving.testing;

import io.quarkus.runtime.configuration.MemorySize;
import io.tiergate.serving.grpc.GrpcConfig;
import java.math.BigInteger;
import java.time.Duration;
import java.util.OptionalInt;

/** A free port of the loopback interface. */
public record LoopbackConfig(boolean reflection) implements GrpcConfig {
    public LoopbackConfig() {
        this(true);
    }

    @Override
    public int port() {
        return 0;
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public MemorySize maxMessageSize() {
        return new MemorySize(BigInteger.ONE.shiftLeft(20));
    }

    @Override
    public OptionalInt eventLoops() {
        return OptionalInt.of(1);
    }

    @Override
    public String serverName() {
        return "tiergate";
    }

    @Override
    public boolean lenientModelReady() {
        return false;
    }

    @Override
    public Duration drain() {
        return Duration.ofSeconds(1);
    }
}
