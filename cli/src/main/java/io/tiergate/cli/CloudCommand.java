package io.tiergate.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "cloud",
        description = {
            "Run the cloud service in the foreground, until Ctrl-C.",
            "Prints 'tiergate cloud ready' with its ports on standard output once it serves; its log goes to standard error."
        })
final class CloudCommand extends ServiceCommand implements Callable<Integer> {
    @Option(names = "--models", required = true, paramLabel = "DIR", description = "The model repository.")
    private Path models;

    @Option(names = "--kafka", required = true, paramLabel = "HOST:PORT", description = "The broker.")
    private String kafka;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9001",
            description = "gRPC port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port of metrics and health (default: ${DEFAULT-VALUE}).")
    private int httpPort;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = {
                "postgresql://HOST:PORT/NAME?user=USER&password=PASSWORD",
                "(default: an embedded PostgreSQL, its files under the data folder)."
            })
    private String databaseUrl;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".tiergate/cloud",
            description = "The service's own files, made if missing (default: ./${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(
            names = "-D",
            paramLabel = "key=value",
            mapFallbackValue = "true",
            description = "Set a configuration key, for instance -Dtiergate.site=line-3.")
    private Map<String, String> settings = new TreeMap<>();

    @Override
    public Integer call() throws Exception {
        checkDifferent("--port", port, "--http-port", httpPort);
        if (databaseUrl != null && !databaseUrl.startsWith("postgresql://")) {
            throw wrongUsage("--database-url: '%s' (expected: postgresql://HOST:PORT/NAME?user=USER&password=PASSWORD)"
                    .formatted(databaseUrl));
        }
        QuarkusService service = new QuarkusService()
                .set("tiergate.models", existingFolder("--models", models))
                .set("tiergate.kafka", brokerAddress(kafka))
                .set("tiergate.grpc.port", freePort("--port", port))
                .set("quarkus.http.port", freePort("--http-port", httpPort));
        Path data = dataFolder(dataDir);
        String database = databaseUrl == null ? EmbeddedDatabase.start(data.resolve("postgres")) : databaseUrl;
        return service.set("tiergate.data-dir", data)
                .set("tiergate.database-url", database)
                .setAll(settings)
                .run();
    }
}
