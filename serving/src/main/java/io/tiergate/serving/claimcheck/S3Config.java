package io.tiergate.serving.claimcheck;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bucket behind the S3 API as the object store. Without an access key credentials come from where AWS' own tools look: environment,
 * profile, web identity, container and instance.
 */
@ConfigMapping(prefix = "tiergate.claim-check.s3")
public interface S3Config {
    /** The bucket's name. It has to exist; how long objects stay is for its own lifecycle rule to say. */
    Optional<String> bucket();

    /** Where the API is, as {@code https://host:port}, for stores that are not AWS'. Default: AWS' endpoint in the region. */
    Optional<URI> endpoint();

    /** The bucket's region; it is part of every signature. Stores with one region mostly take any. */
    @WithDefault("us-east-1")
    String region();

    /** Whether the bucket is named in the path and not in the host's name, which most stores that are not AWS' need. */
    @WithDefault("false")
    boolean pathStyle();

    /** Who asks. Goes with a secret. */
    Optional<String> accessKeyId();

    /** The access key's secret, by value; better by file. */
    Optional<String> secretAccessKey();

    /** A file with the access key's secret and nothing else but white space, as secrets are mounted. Read for every request, so that it may change. */
    Optional<Path> secretAccessKeyFile();
}
