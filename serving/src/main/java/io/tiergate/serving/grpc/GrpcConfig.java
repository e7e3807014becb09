package io.tiergate.serving.grpc;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** The gRPC server. */
@ConfigMapping(prefix = "tiergate.grpc")
public interface GrpcConfig {
    /** Port of all gRPC services; 0 takes a free one. The cloud service's own default is 9001. */
    @WithDefault("9000")
    int port();

    /** Address to listen on. */
    @WithDefault("0.0.0.0")
    String host();

    /** Largest request accepted; larger ones are answered {@code RESOURCE_EXHAUSTED}. Above 0, below 2 GiB. */
    @WithDefault("16M")
    MemorySize maxMessageSize();

    /** Event loops that read and write. 1 or more; by default one a processor, as the container's CPU quota has it. */
    OptionalInt eventLoops();

    /** What ServerMetadata calls this server; some clients of other servers expect their server's name. */
    @WithDefault("tiergate")
    String serverName();

    /**
     * Whether ModelReady answers {@code ready=false} for a model that is not in the repository, as older servers of the protocol do and
     * some of their clients expect. Otherwise it answers {@code NOT_FOUND}.
     */
    @WithDefault("false")
    boolean lenientModelReady();

    /** Whether services can be listed by reflection. */
    @WithDefault("true")
    boolean reflection();

    /** How long calls under way may take to finish once the service stops. Zero or more. */
    @WithDefault("10s")
    Duration drain();
}
