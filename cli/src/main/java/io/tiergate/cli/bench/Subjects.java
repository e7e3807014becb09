package io.tiergate.cli.bench;

import io.tiergate.local.LocalStack;
import io.tiergate.local.process.ChildCommand;
import io.tiergate.local.process.ChildProcess;
import io.tiergate.local.process.FreePort;
import io.tiergate.local.process.JvmCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The servers that are compared, all running at once: what waits for its turn does nothing. */
final class Subjects implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(1);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
    /** Escalations stay in the outbox, since nobody gives verdicts: there must be room for all of them. */
    private static final String OUTBOX_BYTES = "16G";

    private final Workplace workplace;
    private final BenchModels models;
    private final String broker;
    private final Path pool;
    private final Map<Measurement, Subject> running = new EnumMap<>(Measurement.class);
    private final Deque<AutoCloseable> processes = new ArrayDeque<>();

    /** @param pool what all of them are sent */
    Subjects(Workplace workplace, BenchModels models, String broker, Path pool) {
        this.workplace = workplace;
        this.models = models;
        this.broker = broker;
        this.pool = pool;
    }

    /** Starts those that are wanted, one after the other. What does not come up is left out, with its reason. */
    void start(Set<Measurement> wanted, Findings findings) throws InterruptedException {
        for (Measurement measurement : wanted) {
            try {
                running.put(measurement, new Subject(portOf(measurement), pool));
            } catch (IOException | UncheckedIOException e) {
                String reason =
                        String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
                workplace.say("%s is left out: %s", measurement.title(), reason);
                findings.leaveOut(measurement, reason);
            }
        }
    }

    private int portOf(Measurement measurement) throws IOException, InterruptedException {
        return switch (measurement) {
            case ECHO -> {
                int port = FreePort.any();
                child(
                        "echo",
                        workplace.benchmarkCommand("io.tiergate.bench.echo.EchoMain", port),
                        "tiergate echo ready");
                yield port;
            }
            case AFTERNOON -> {
                int port = FreePort.any();
                child("afternoon", Leash.on(afternoon(port)), "afternoon ");
                yield port;
            }
            case NODE -> {
                int port = FreePort.any();
                List<String> command = new NodeServer(workplace, System.getenv().getOrDefault("PATH", ""))
                        .command(port, models.onnxFile());
                child("node", Leash.on(command), "node server ready");
                yield port;
            }
            case PLAIN -> edge("plain", models.withoutGate(), Map.of("tiergate.kafka", "none"));
            case GATED ->
                edge(
                        "gated",
                        models.accepting(),
                        Map.of(
                                "tiergate.kafka", broker,
                                "tiergate.outbox.sync", "full",
                                "tiergate.outbox.max-bytes", OUTBOX_BYTES));
            case MODEL, OVERLOAD, SWAP, CLOUD, FOOTPRINT, LEDGER, AWAY ->
                throw new IllegalArgumentException(measurement + " (expected: a server that is compared)");
        };
    }

    private List<String> afternoon(int port) throws IOException {
        return JvmCommand.ofJar(workplace.home().resolve("benchmarks/afternoon/target/quarkus-app/quarkus-run.jar"))
                .property("java.io.tmpdir", workplace.temporary())
                .property("quarkus.http.port", port)
                // The message alone, so that its beginning can be told.
                .property("quarkus.log.console.format", "%s%n")
                .property("model", models.onnxFile())
                .toList();
    }

    private void child(String name, List<String> command, String readyPrefix) throws IOException, InterruptedException {
        Path log = workplace.logs().resolve(name + ".log");
        ChildProcess child = ChildProcess.start(
                new ChildCommand(name, command, workplace.folder(), log, readyPrefix, READY_WITHIN, STOP_WITHIN));
        processes.push(() -> {
            child.stop();
            child.releasePipe();
        });
        child.awaitReady();
    }

    private int edge(String name, Path repository, Map<String, String> properties)
            throws IOException, InterruptedException {
        LocalStack stack = workplace.edge(name, repository, properties);
        processes.push(stack);
        stack.start();
        return stack.ports().edgeGrpc();
    }

    /** Those that came up, in the order of the enumeration. */
    Map<Measurement, Subject> running() {
        return running;
    }

    void drop(Measurement measurement) {
        running.remove(measurement);
    }

    @Override
    public void close() {
        while (!processes.isEmpty()) {
            try {
                processes.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                workplace.say("a process could not be stopped: %s", e);
            }
        }
    }
}
