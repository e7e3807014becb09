package io.tiergate.cli.demo;

import io.grpc.StatusRuntimeException;
import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.local.Ports;
import io.tiergate.local.process.DataFolder;
import io.tiergate.local.process.ProcessEvent;
import io.tiergate.local.process.ServiceLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** All of Tiergate as processes of this machine, from the first one started to the last one ended. */
final class DemoStack {
    /** What is done while they run. */
    interface Performance {
        /** @return whether all went well */
        boolean on(DemoStack stack) throws IOException, InterruptedException;
    }

    private final Path folder;
    private final Terminal terminal;
    private final LocalStack processes;
    private volatile EdgeClient client;

    private DemoStack(Path folder, Terminal terminal, Path models) {
        this.folder = folder;
        this.terminal = terminal;
        this.processes = LocalStack.in(folder)
                .ports(Ports.usual())
                .kafka()
                .postgres()
                .cloud(models)
                .edge(models)
                .listener(this::tell)
                .build();
    }

    /**
     * Starts everything, performs, and stops everything. Ctrl-C at any time stops every process that was started.
     *
     * @param models the model repository of both services
     * @param keep whether to leave everything running until Ctrl-C
     * @return the exit code: 0 only if all went well
     * @throws CommandFailure if the performance could not be brought to its end
     */
    static int run(Path models, boolean keep, PrintWriter out, Performance performance)
            throws IOException, InterruptedException {
        Path folder = Path.of(
                ".tiergate",
                "demo",
                LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")));
        // Else the clients of Kafka and gRPC would talk amid the progress.
        ServiceLog.writeTo(folder.resolve("logs").resolve("demo.log"));
        Terminal terminal = new Terminal(out, Boolean.getBoolean("launcher.terminal"));
        return new DemoStack(folder, terminal, models).run(keep, performance);
    }

    private int run(boolean keep, Performance performance) throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-demo"));
        boolean clean = false;
        try {
            start();
            clean = performance.on(this);
            if (keep) {
                keepRunning();
            }
            return clean ? 0 : 1;
        } catch (StatusRuntimeException e) {
            throw new CommandFailure("the edge gateway does not answer: " + e.getStatus(), e);
        } finally {
            stop();
            if (clean) {
                DataFolder.delete(folder);
            } else {
                terminal.say("The logs are in %s.", folder.resolve("logs"));
            }
        }
    }

    private void start() throws IOException, InterruptedException {
        terminal.say(
                "Starting Kafka, PostgreSQL, the cloud service and the edge gateway; their files are in %s.", folder);
        processes.start();
        client = new EdgeClient(processes.ports().edgeGrpc());
    }

    /** The client first: a gateway that is asked to end waits for the calls it still has. */
    private void stop() {
        EdgeClient open = client;
        if (open != null) {
            open.close();
        }
        processes.close();
    }

    Terminal terminal() {
        return terminal;
    }

    EdgeClient client() {
        return client;
    }

    String kafkaAddress() {
        return processes.kafkaAddress();
    }

    /** How often each process had to be started again. */
    Map<Part, Integer> restarts() {
        return processes.restarts();
    }

    private void tell(ProcessEvent event) {
        switch (event) {
            case ProcessEvent.Starting starting
            when starting.again() -> terminal.say("  starting %s again", starting.name());
            case ProcessEvent.Starting starting -> terminal.say("  starting %s", starting.name());
            case ProcessEvent.Ready ready ->
                terminal.say(
                        "  %s is ready after %.1f s", ready.name(), ready.took().toMillis() / 1000.0);
            case ProcessEvent.Ended ended ->
                terminal.say("  %s ended unasked with exit code %d", ended.name(), ended.exitCode());
            case ProcessEvent.GaveUp gaveUp ->
                terminal.say("  %s does not come up: %s", gaveUp.name(), gaveUp.reason());
        }
    }

    private void keepRunning() throws InterruptedException {
        Ports ports = processes.ports();
        terminal.say("");
        terminal.say("Everything is left running, until Ctrl-C:");
        terminal.say(
                "  edge         gRPC 127.0.0.1:%d, http://localhost:%d/q/metrics", ports.edgeGrpc(), ports.edgeHttp());
        terminal.say(
                "  cloud        gRPC 127.0.0.1:%d, http://localhost:%d/q/metrics",
                ports.cloudGrpc(), ports.cloudHttp());
        terminal.say("  Kafka        %s", processes.kafkaAddress());
        terminal.say("  PostgreSQL   %s", processes.databaseUrl());
        for (Part part : Part.values()) {
            terminal.say("  log          %s", processes.process(part).logFile());
        }
        new CountDownLatch(1).await();
    }
}
