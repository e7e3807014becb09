package io.tiergate.local;

import io.tiergate.local.process.ChildCommand;
import io.tiergate.local.process.JvmCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command lines of a stack's processes. */
public final class StackCommands {
    static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final Path home;
    private final Path folder;
    private final Ports ports;

    StackCommands(Path home, Path folder, Ports ports) {
        this.home = home;
        this.folder = folder;
        this.ports = ports;
    }

    ChildCommand of(Part part, Path models, Map<String, String> properties) {
        Path data = folder.resolve(part.id());
        List<String> line =
                switch (part) {
                    case KAFKA ->
                        JvmCommand.ofMain(classPath(), "io.tiergate.local.kafka.KafkaMain")
                                .flag("-Xmx512m")
                                .properties(properties)
                                .argument(ports.kafka())
                                .argument(data)
                                .toList();
                    case POSTGRES -> keeperLine(classPath(), ports.postgres(), data);
                    case CLOUD -> service("cloud-escalation", cloud(models, data), properties);
                    case EDGE -> service("edge-gateway", edge(models, data), properties);
                };
        return child(part.id(), line, folder, folder.resolve("logs").resolve(part.id() + ".log"));
    }

    /**
     * A PostgreSQL with its keeper, as a child of this JVM.
     *
     * @param classPath with this library and everything it needs
     * @param folder takes the programs, the data and the log {@code keeper.out}
     */
    public static ChildCommand postgres(String classPath, int port, Path folder) {
        Path absolute = folder.toAbsolutePath();
        return child("postgres", keeperLine(classPath, port, absolute), absolute, absolute.resolve("keeper.out"));
    }

    private static List<String> keeperLine(String classPath, int port, Path data) {
        return JvmCommand.ofMain(classPath, "io.tiergate.local.postgres.PostgresMain")
                .flag("-Xmx128m")
                .flag("-XX:+UseSerialGC")
                .argument(port)
                .argument(data)
                .toList();
    }

    private static ChildCommand child(String name, List<String> line, Path workingDirectory, Path log) {
        return new ChildCommand(
                name, line, workingDirectory, log, "tiergate " + name + " ready", READY_WITHIN, STOP_WITHIN);
    }

    /** The database of a stack, in the form that the cloud service takes. */
    static String databaseUrl(Ports ports) {
        return databaseUrl(ports.postgres());
    }

    /** The database of a PostgreSQL started by {@link #postgres}. */
    public static String databaseUrl(int port) {
        return "postgresql://localhost:" + port + "/postgres?user=postgres&password=postgres";
    }

    private Map<String, String> cloud(Path models, Path data) {
        Map<String, String> properties = common(models, data, ports.cloudGrpc(), ports.cloudHttp());
        properties.put("tiergate.database-url", databaseUrl(ports));
        // One person at one machine: the console knows nobody by name, and nobody else reaches it.
        properties.put("quarkus.http.host", "localhost");
        properties.put("tiergate.console.sign-in", "local");
        return properties;
    }

    private Map<String, String> edge(Path models, Path data) {
        return common(models, data, ports.edgeGrpc(), ports.edgeHttp());
    }

    private Map<String, String> common(Path models, Path data, int grpcPort, int httpPort) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("tiergate.models", models.toString());
        properties.put("tiergate.data-dir", data.toString());
        properties.put("tiergate.kafka", "127.0.0.1:" + ports.kafka());
        properties.put("tiergate.grpc.port", Integer.toString(grpcPort));
        properties.put("quarkus.http.port", Integer.toString(httpPort));
        return properties;
    }

    private List<String> service(String module, Map<String, String> defaults, Map<String, String> properties) {
        Path jar = home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        Map<String, String> all = new TreeMap<>(defaults);
        all.putAll(properties);
        return JvmCommand.ofJar(jar).properties(all).toList();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** What the launcher says, else the nearest folder above the working folder that holds the services. */
    static Path defaultHome() {
        String told = System.getProperty("launcher.home");
        if (told != null) {
            return Path.of(told).toAbsolutePath();
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("edge-gateway"))
                    && Files.isDirectory(folder.resolve("cloud-escalation"))) {
                return folder;
            }
        }
        return start;
    }
}
