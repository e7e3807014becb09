package io.tiergate.edge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tiergate.serving.inference.ModelControlMode;
import java.nio.file.Path;
import java.time.Duration;

/** Who this gateway is and where it finds its models, its disk and its broker. */
@ConfigMapping(prefix = "tiergate")
public interface EdgeConfig {
    /** The model repository, {@code <repository>/<model>/<version>/}. Read at start, and later as {@link #modelControl} says. */
    Path models();

    /**
     * Who changes models while the gateway runs: clients with their calls, {@code explicit}; the repository's folder, {@code poll}: what
     * changes in it is served; or nobody, {@code none}. What the repository holds at start is loaded in any case.
     */
    @WithDefault("none")
    ModelControlMode modelControl();

    /**
     * Pause between two looks at the repository with {@code poll}. Above zero; a bare number means seconds. A change is served after the
     * second look that sees it; a shorter pause serves it earlier, asks the file system more often for the size and time of every file,
     * and leaves a slow copy less time to make headway between two looks.
     */
    @WithDefault("15s")
    Duration modelPoll();

    /** Folder for everything that must survive a restart: the ledger and unpacked native libraries. One gateway a folder. */
    @WithDefault(".tiergate/edge")
    Path dataDir();

    /** Bootstrap servers, {@code HOST:PORT[,HOST:PORT…]}; {@code none}: escalations stay in the outbox. */
    @WithDefault("localhost:9092")
    String kafka();

    /** Separates the topics of different owners on one broker: letters, digits and hyphens. */
    @WithDefault("default")
    String tenant();

    /** The site's id; it is the key of the verdicts that come back. */
    @WithDefault("${HOSTNAME:local}")
    String site();

    /** The device's id within its site. */
    @WithDefault("${HOSTNAME:local}")
    String device();

    /** Set by a parent process that holds this one's standard input; see {@link io.tiergate.process.ParentPipe}. */
    @WithDefault("false")
    boolean parentPipe();

    /** Whether there is a broker to talk to. */
    default boolean hasKafka() {
        return !kafka().equals("none");
    }

    /** A topic of this gateway's tenant, by its short name. */
    default String topic(String name) {
        return "tiergate." + tenant() + "." + name;
    }
}
