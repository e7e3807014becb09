package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.cli.gateway.GatewayClient;
import io.tiergate.cli.gateway.LaunchedGateway;
import io.tiergate.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gateway as a person starts it, with the launcher: how soon it answers, and what it holds in memory when nobody asks. */
final class Footprint {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Workplace workplace;
    private final BenchLength length;
    private final Path repository;
    private final String broker;
    private final ModelInferRequest request;

    private record Start(double seconds, double idleMebibytes) {}

    /** @param request the first thing that it is asked */
    Footprint(Workplace workplace, BenchLength length, Path repository, String broker, ModelInferRequest request) {
        this.workplace = workplace;
        this.length = length;
        this.repository = repository;
        this.broker = broker;
        this.request = request;
    }

    ObjectNode measure() throws IOException, InterruptedException {
        workplace.say("footprint: %d starts of a gateway", length.starts() + 1);
        // The first is not counted: it fills the file system's cache and compiles this client.
        start(0, 0);
        List<Start> starts = new ArrayList<>();
        for (int i = 1; i <= length.starts(); i++) {
            starts.add(start(i, length.idleSeconds()));
        }
        ObjectNode node = MAPPER.createObjectNode();
        node.put(
                "rss_idle_mib",
                Spread.median(starts.stream().map(Start::idleMebibytes).toList()));
        node.put("start_s", Spread.median(starts.stream().map(Start::seconds).toList()));
        node.put("starts", starts.size());
        return node;
    }

    private Start start(int number, double idleSeconds) throws IOException, InterruptedException {
        Path log = workplace.logs().resolve("footprint-" + number + ".log");
        Files.createDirectories(log.getParent());
        List<String> arguments = List.of(
                "--models",
                repository.toString(),
                "--kafka",
                broker,
                "--data-dir",
                workplace.folder().resolve("footprint-" + number).toString());
        long startNanos = System.nanoTime();
        try (LaunchedGateway gateway = LaunchedGateway.start(
                        workplace.home(), arguments, List.of("-Djava.io.tmpdir=" + workplace.temporary()), log);
                GatewayClient client = new GatewayClient(gateway.grpcPort())) {
            client.firstAnswer(request);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            TimeUnit.MILLISECONDS.sleep(Math.round(idleSeconds * 1_000));
            return new Start(seconds, ResidentMemory.mebibytes(gateway.pid()));
        }
    }
}
