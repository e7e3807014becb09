package io.tiergate.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "edge",
        description = {
            "Run the edge gateway in the foreground, until Ctrl-C.",
            "Prints 'tiergate edge ready' with its ports on standard output once it serves; its log goes to standard error."
        })
final class EdgeCommand extends ServiceCommand implements Callable<Integer> {
    @Option(names = "--models", required = true, paramLabel = "DIR", description = "The model repository.")
    private Path models;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9000",
            description = "gRPC port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of metrics, health and status (default: ${DEFAULT-VALUE}).")
    private int httpPort;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT|none",
            defaultValue = "localhost:9092",
            description = "The broker; with 'none' escalations stay on disk here (default: ${DEFAULT-VALUE}).")
    private String kafka;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".tiergate/edge",
            description = "The gateway's own files, made if missing (default: ./${DEFAULT-VALUE}).")
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
        QuarkusService service = new QuarkusService()
                .set("tiergate.models", existingFolder("--models", models))
                .set("tiergate.kafka", kafka.equals("none") ? kafka : brokerAddress(kafka))
                .set("tiergate.grpc.port", freePort("--port", port))
                .set("quarkus.http.port", freePort("--http-port", httpPort))
                .set("tiergate.data-dir", dataFolder(dataDir))
                .setAll(settings);
        return service.run();
    }
}
