package io.tiergate.cli;

import io.tiergate.local.kafka.KafkaMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "kafka",
        description = {
            "Run an embedded Kafka broker in the foreground, until Ctrl-C. Its data survives 'kill -9'.",
            "Prints 'tiergate kafka ready' with its port on standard output once it serves; its log goes to its data folder."
        })
final class KafkaCommand extends ServiceCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port for clients (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".tiergate/kafka",
            description = "Records, settings and log, made if missing (default: ./${DEFAULT-VALUE}).")
    private Path dataDir;

    @Override
    public Integer call() throws InterruptedException {
        freePort("--port", port);
        Path data = dataFolder(dataDir);
        try {
            KafkaMain.run(port, data);
        } catch (IOException | RuntimeException e) {
            throw new CommandFailure(
                    "the broker did not start in --data-dir %s: %s. Its log: kafka.log.0 there"
                            .formatted(data, e.getMessage()),
                    e);
        }
        // It ends by a signal only.
        new CountDownLatch(1).await();
        return 0;
    }
}
