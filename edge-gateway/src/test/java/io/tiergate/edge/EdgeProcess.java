package io.tiergate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/** The gateway as its own process, as in production. */
final class EdgeProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("tiergate edge ready grpc=(\\d+) http=(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final Path log;

    private EdgeProcess(Process process, Path output, Path log) {
        this.process = process;
        this.output = output;
        this.log = log;
    }

    /**
     * Starts the gateway on free ports, without a broker, and waits until it serves.
     *
     * @param folder for its data and logs
     * @param settings system properties, beside those that every test needs
     */
    static EdgeProcess start(Path folder, Path models, Map<String, String> settings) throws IOException {
        return start(folder, models, List.of(), settings);
    }

    /**
     * As {@link #start(Path, Path, Map)}, on a JVM that is told something more.
     *
     * @param jvmFlags as {@code java} takes them
     */
    static EdgeProcess start(Path folder, Path models, List<String> jvmFlags, Map<String, String> settings)
            throws IOException {
        return start(List.of(), folder, models, jvmFlags, settings);
    }

    /**
     * As {@link #start(Path, Path, List, Map)}, by another program.
     *
     * @param starter that program, which becomes the one whose command line follows its own, and where in the file system it begins
     *     does not matter
     */
    static EdgeProcess start(
            List<String> starter, Path folder, Path models, List<String> jvmFlags, Map<String, String> settings)
            throws IOException {
        Files.createDirectories(folder);
        Path output = folder.resolve("edge.out");
        Path log = folder.resolve("edge.log");
        List<String> command = new ArrayList<>(starter);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-Dquarkus.http.port=0",
                "-Dquarkus.http.host=localhost",
                "-Dtiergate.grpc.port=0",
                "-Dtiergate.grpc.host=localhost",
                "-Dtiergate.kafka=none",
                "-Dtiergate.models=" + models,
                "-Dtiergate.data-dir=" + folder.resolve("data")));
        command.addAll(jvmFlags);
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(Path.of("target", "quarkus-app", "quarkus-run.jar")
                .toAbsolutePath()
                .toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();
        EdgeProcess edge = new EdgeProcess(process, output, log);
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .failFast("the process ended", () -> !process.isAlive())
                    .until(() -> READY.matcher(read(output)).find());
            return edge;
        } catch (ConditionTimeoutException | TerminalFailureException e) {
            process.destroyForcibly();
            throw new AssertionError("not ready; output: %s; log: %s".formatted(read(output), read(log)), e);
        }
    }

    int grpcPort() {
        return port(1);
    }

    int httpPort() {
        return port(2);
    }

    private int port(int group) {
        Matcher matcher = READY.matcher(read(output));
        if (!matcher.find()) {
            throw new IllegalStateException("not ready");
        }
        return Integer.parseInt(matcher.group(group));
    }

    long pid() {
        return process.pid();
    }

    String log() {
        return read(log);
    }

    /** Java's threads whose names begin so, as the JVM itself lists them. */
    long threads(String namePrefix) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "Thread.print")
                .redirectErrorStream(true)
                .start();
        String listed = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new AssertionError("jcmd cannot list the threads: " + listed);
        }
        return listed.lines().filter(line -> line.startsWith('"' + namePrefix)).count();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the process to end, as {@code kill} does: SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** The exit code, once it has ended. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end; log: " + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
