package io.tiergate.cloud;

import java.nio.file.Path;
import java.util.Optional;

/** A replica's name, for tests that start parts of a service only. */
public final class TestIdentity {
    private record Config(
            Path models,
            Path dataDir,
            String kafka,
            String databaseUrl,
            String tenant,
            Optional<String> instance,
            boolean parentPipe)
            implements ServiceConfig {}

    private TestIdentity() {}

    public static ServiceIdentity of(String tenant) {
        Path none = Path.of("none");
        return new ServiceIdentity(new Config(none, none, "none", "none", tenant, Optional.of("test"), false));
    }
}
