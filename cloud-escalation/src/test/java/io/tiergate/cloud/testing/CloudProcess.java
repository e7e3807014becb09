package io.tiergate.cloud.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

/** The service as its own process, as in production. */
public final class CloudProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("tiergate cloud ready grpc=(\\d+) http=(\\d+)");
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path output;
    private final Path log;

    private CloudProcess(Process process, Path output, Path log) {
        this.process = process;
        this.output = output;
        this.log = log;
    }

    /**
     * Starts the service on free ports.
     *
     * @param settings system properties, beside those that every test needs
     */
    public static CloudProcess start(Path folder, Map<String, String> settings) throws IOException {
        Files.createDirectories(folder);
        Path output = Files.createTempFile(folder, "cloud-", ".out");
        Path log = Path.of(output.toString().replace(".out", ".log"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx512m",
                "-Dquarkus.http.port=0",
                "-Dquarkus.http.host=localhost",
                "-Dtiergate.console.sign-in=local",
                "-Dtiergate.grpc.port=0",
                "-Dtiergate.instance=test",
                "-Dtiergate.data-dir=" + folder.resolve("data")));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(Path.of("target", "quarkus-app", "quarkus-run.jar").toString());
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(log.toFile())
                .start();
        return new CloudProcess(process, output, log);
    }

    public CloudProcess awaitReady() {
        Awaitility.await("ready line; log: " + log)
                .atMost(Duration.ofSeconds(60))
                .failFast("the process ended; log: " + log, () -> !process.isAlive())
                .until(() -> READY.matcher(standardOutput()).find());
        return this;
    }

    public int grpcPort() {
        return port(1);
    }

    public int httpPort() {
        return port(2);
    }

    private int port(int group) {
        Matcher matcher = READY.matcher(standardOutput());
        if (!matcher.find()) {
            throw new IllegalStateException("not ready; log: " + log);
        }
        return Integer.parseInt(matcher.group(group));
    }

    public String standardOutput() {
        return read(output);
    }

    public String log() {
        return read(log);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + httpPort() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The value of a metric, by its name with all its tags as Prometheus writes it. */
    public double metric(String name) {
        try {
            return get("/q/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Double.NaN;
        }
    }

    /** What the heap holds right after a collection that it is told to make. */
    public long liveBytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        Matcher used = HEAP_USED.matcher(jcmd("GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("GC.heap_info tells nothing; log: " + log);
        }
        return Long.parseLong(used.group(1)) * 1024;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String told = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        jcmd.waitFor();
        return told;
    }

    /** As the parent's end does to a child. */
    public void closeStandardInput() throws IOException {
        process.getOutputStream().close();
    }

    /** As {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /**
     * Asks the process to end, as {@code kill} does.
     *
     * @return whether it did in time
     */
    public boolean terminate(Duration patience) throws InterruptedException {
        process.destroy();
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean endsWithin(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int exitCode() {
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (!terminate(Duration.ofSeconds(10))) {
            kill();
        }
    }
}
