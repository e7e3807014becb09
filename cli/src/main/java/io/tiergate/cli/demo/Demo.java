package io.tiergate.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.StatusRuntimeException;
import io.tiergate.cli.CommandFailure;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.local.Ports;
import io.tiergate.local.process.DataFolder;
import io.tiergate.local.process.ProcessEvent;
import io.tiergate.local.process.ServiceLog;
import io.tiergate.proto.v1.EscalationState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One run of the demonstration, from the first process started to the last one ended. */
public final class Demo {
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration WITHOUT_PROGRESS = Duration.ofMinutes(2);

    private final DemoOptions options;
    private final Terminal terminal;
    private final LabeledImages images;
    private final DemoModel model;
    private final Path folder;
    private final LocalStack stack;
    private volatile EdgeClient client;

    private Demo(DemoOptions options, Terminal terminal, LabeledImages images, DemoModel model, Path folder) {
        this.options = options;
        this.terminal = terminal;
        this.images = images;
        this.model = model;
        this.folder = folder;
        this.stack = LocalStack.in(folder)
                .ports(Ports.usual())
                .kafka()
                .postgres()
                .cloud(options.models())
                .edge(options.models())
                .listener(this::tell)
                .build();
    }

    /**
     * Runs the demonstration. Ctrl-C at any time stops every process it has started.
     *
     * @return the exit code: 0 only if no request failed and every escalation has ended well
     * @throws CommandFailure if it could not be run to its end
     */
    public static int run(DemoOptions options, PrintWriter out) throws IOException, InterruptedException {
        LabeledImages images = LabeledImages.read(options.data());
        DemoModel model = DemoModel.choose(options.models(), options.model());
        if (images.highestLabel() >= model.labels().size()) {
            throw new CommandFailure(
                    "the images have classes up to %d, but model '%s' knows %d (expected: the same classes)"
                            .formatted(
                                    images.highestLabel(),
                                    model.name(),
                                    model.labels().size()));
        }
        options.report().ifPresent(Demo::checkWritable);
        Path folder = Path.of(
                ".tiergate",
                "demo",
                LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")));
        // Else the clients of Kafka and gRPC would talk amid the progress.
        ServiceLog.writeTo(folder.resolve("logs").resolve("demo.log"));
        Terminal terminal = new Terminal(out, Boolean.getBoolean("launcher.terminal"));
        return new Demo(options, terminal, images, model, folder).run();
    }

    private static void checkWritable(Path report) {
        Path parent = report.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent) || Files.isDirectory(report)) {
            throw new CommandFailure(
                    "--report: %s cannot be written (expected: a file in a folder that exists)".formatted(report));
        }
    }

    private int run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-demo"));
        boolean clean = false;
        try {
            Report report = startAndReplay();
            ResultTable.print(report, stack.restarts(), terminal);
            if (options.report().isPresent()) {
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValue(options.report().get().toFile(), report);
            }
            if (options.keep()) {
                keepRunning();
            }
            clean = report.isSuccess();
            return clean ? 0 : 1;
        } finally {
            stop();
            if (clean) {
                DataFolder.delete(folder);
            } else {
                terminal.say("The logs are in %s.", folder.resolve("logs"));
            }
        }
    }

    /** The client first: a gateway that is asked to end waits for the calls it still has. */
    private void stop() {
        EdgeClient open = client;
        if (open != null) {
            open.close();
        }
        stack.close();
    }

    private Report startAndReplay() throws IOException, InterruptedException {
        terminal.say(
                "Starting Kafka, PostgreSQL, the cloud service and the edge gateway; their files are in %s.", folder);
        stack.start();
        Outcomes outcomes = new Outcomes();
        client = new EdgeClient(stack.ports().edgeGrpc());
        try {
            ImageEncoder encoder = ImageEncoder.of(client.metadata(model.name()), images.rows(), images.columns());
            Replay replay = new Replay(client, encoder, images, model.labels(), outcomes);
            long startNanos = System.nanoTime();
            List<Reply> replies;
            terminal.say("Replaying %,d images to model '%s'.", options.requests(), model.name());
            try (VerdictWatch watch = VerdictWatch.start(client, outcomes);
                    ProgressReporter reporter = ProgressReporter.start(terminal, () -> progress(replay, outcomes))) {
                replies = replay.run(options.requests(), options.rate());
                awaitEnds(outcomes);
            }
            askForTheRest(client, outcomes);
            Duration duration = Duration.ofNanos(System.nanoTime() - startNanos);
            tellFailures(replies);
            TopicCensus topics = TopicCensus.take(stack.kafkaAddress(), outcomes.promises());
            return new Tally(replies, outcomes, images, model.labels()).report(topics, duration);
        } catch (StatusRuntimeException e) {
            throw new CommandFailure("the edge gateway does not answer: " + e.getStatus(), e);
        }
    }

    /** Until every promise has ended, or nothing has happened for long. */
    private static void awaitEnds(Outcomes outcomes) throws InterruptedException {
        while (!outcomes.open().isEmpty()
                && System.nanoTime() - outcomes.lastProgressNanos() < WITHOUT_PROGRESS.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** The stream may have missed what the ledger knows. */
    private static void askForTheRest(EdgeClient client, Outcomes outcomes) throws InterruptedException {
        for (String id : outcomes.open()) {
            try {
                outcomes.learned(client.verdict(id));
            } catch (StatusRuntimeException e) {
                // It stays open, and is counted as lost.
            }
        }
    }

    private void tellFailures(List<Reply> replies) {
        replies.stream()
                .filter(Reply.Failed.class::isInstance)
                .map(reply -> ((Reply.Failed) reply).status())
                .limit(3)
                .forEach(status -> terminal.say("A request failed: %s", status));
    }

    private String progress(Replay replay, Outcomes outcomes) {
        int promised = outcomes.promises().size();
        return "  answered %d of %d, failed %d, promised to the cloud %d, verdicts %d, waiting for a person %d, open %d"
                .formatted(
                        replay.answered(),
                        options.requests(),
                        replay.failed(),
                        promised,
                        outcomes.count(EscalationState.ESCALATION_STATE_VERDICT),
                        outcomes.count(EscalationState.ESCALATION_STATE_PARKED),
                        outcomes.open().size());
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
        Ports ports = stack.ports();
        terminal.say("");
        terminal.say("Everything is left running, until Ctrl-C:");
        terminal.say(
                "  edge         gRPC 127.0.0.1:%d, http://localhost:%d/q/metrics", ports.edgeGrpc(), ports.edgeHttp());
        terminal.say(
                "  cloud        gRPC 127.0.0.1:%d, http://localhost:%d/q/metrics",
                ports.cloudGrpc(), ports.cloudHttp());
        terminal.say("  Kafka        %s", stack.kafkaAddress());
        terminal.say("  PostgreSQL   %s", stack.databaseUrl());
        for (Part part : Part.values()) {
            terminal.say("  log          %s", stack.process(part).logFile());
        }
        new CountDownLatch(1).await();
    }
}
