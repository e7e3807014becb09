package io.tiergate.cli.gateway;

import io.tiergate.local.process.FreePort;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ./tiergate edge} on free ports. It ends when it is closed, and when this process does. */
public final class LaunchedGateway implements AutoCloseable {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

    private final Process process;
    private final int grpcPort;

    private LaunchedGateway(Process process, int grpcPort) {
        this.process = process;
        this.grpcPort = grpcPort;
    }

    /**
     * Starts it; it may be a while until it answers. Nothing is built.
     *
     * @param home the repository
     * @param arguments of the command, without its ports
     * @param javaOptions of its JVM
     * @param log takes what it prints
     */
    public static LaunchedGateway start(Path home, List<String> arguments, List<String> javaOptions, Path log)
            throws IOException {
        int port = FreePort.any();
        List<String> command = new ArrayList<>(List.of(
                home.resolve("tiergate").toString(),
                "edge",
                "--port",
                Integer.toString(port),
                "--http-port",
                Integer.toString(FreePort.any())));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
        builder.environment().put("TIERGATE_SKIP_BUILD", "1");
        builder.environment().put("TIERGATE_JAVA_OPTS", "-Dtiergate.parent-pipe=true " + String.join(" ", javaOptions));
        return new LaunchedGateway(builder.start(), port);
    }

    public int grpcPort() {
        return grpcPort;
    }

    public long pid() {
        return process.pid();
    }

    /**
     * Asks it to stop, and waits.
     *
     * @return whether it has ended in that time
     */
    boolean stop(Duration within) throws InterruptedException {
        process.toHandle().destroy();
        return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops it, and kills it if it does not. */
    @Override
    public void close() throws InterruptedException {
        if (!stop(STOP_WITHIN)) {
            process.destroyForcibly();
        }
    }
}
