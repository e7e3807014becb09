package io.tiergate.serving.claimcheck;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The object store for payloads that are too large for a record: a folder, or a bucket ({@link S3Config}); without either there are no
 * claim checks. Edges and cloud have to be told the same one.
 */
@ConfigMapping(prefix = "tiergate.claim-check")
public interface ClaimCheckConfig {
    /**
     * A folder that edges and cloud share: on one host, or a share that is mounted on all. It has to exist, and a folder that is not there
     * counts as a store that is away. Name a folder below the mount point, never the mount point itself, which is there without its share.
     */
    Optional<Path> folder();

    /** Longest time for one object on its way to or from a bucket. Above zero; raise it for large samples on slow links. */
    @WithDefault("2m")
    Duration timeout();
}
