package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.local.process.FreePort;
import io.tiergate.proto.inference.ModelInferRequest;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gateway as a person starts it, with the launcher: how soon it answers, and what it holds in memory when nobody asks. */
final class Footprint {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long STOP_SECONDS = 20;

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
        int port = FreePort.any();
        Path log = workplace.logs().resolve("footprint-" + number + ".log");
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(
                        workplace.home().resolve("tiergate").toString(),
                        "edge",
                        "--models",
                        repository.toString(),
                        "--kafka",
                        broker,
                        "--port",
                        Integer.toString(port),
                        "--http-port",
                        Integer.toString(FreePort.any()),
                        "--data-dir",
                        workplace.folder().resolve("footprint-" + number).toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()));
        builder.environment().put("TIERGATE_SKIP_BUILD", "1");
        // It ends when this process does, and leaves nothing in the machine's temporary folder.
        builder.environment()
                .put("TIERGATE_JAVA_OPTS", "-Dtiergate.parent-pipe=true -Djava.io.tmpdir=" + workplace.temporary());
        long startNanos = System.nanoTime();
        Process gateway = builder.start();
        try (GatewayClient client = new GatewayClient(port)) {
            client.firstAnswer(request);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            TimeUnit.MILLISECONDS.sleep(Math.round(idleSeconds * 1_000));
            return new Start(seconds, ResidentMemory.mebibytes(gateway.pid()));
        } finally {
            stop(gateway);
        }
    }

    private static void stop(Process gateway) throws InterruptedException {
        gateway.toHandle().destroy();
        if (!gateway.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            gateway.destroyForcibly();
        }
    }
}
