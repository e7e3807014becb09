package io.tiergate.cloud;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What every cloud service has to be told. */
@ConfigMapping(prefix = "tiergate")
public interface ServiceConfig {
    /** The model repository with the ensembles: {@code <repository>/<model>/<version>/}. */
    Path models();

    /** A folder that stays, for unpacked native libraries. Made if it is missing. */
    Path dataDir();

    /** The Kafka brokers, as HOST:PORT, several separated by commas. They may be absent at start. */
    String kafka();

    /** The PostgreSQL database, as {@code postgresql://host:port/database?user=name&password=secret}. It may be absent at start. */
    String databaseUrl();

    /** Whose escalations are read; part of every topic's name. Letters, digits, dots, underscores and hyphens. */
    @WithDefault("default")
    String tenant();

    /**
     * What distinguishes this replica from the others of its tenant and stays the same when it restarts, so that Kafka gives
     * it its partitions back at once. Two replicas with the same name put each other out. Default: the host's name.
     */
    Optional<String> instance();

    /** Set by a parent process that holds this one's standard input; see {@link io.tiergate.process.ParentPipe}. */
    @WithDefault("false")
    boolean parentPipe();
}
