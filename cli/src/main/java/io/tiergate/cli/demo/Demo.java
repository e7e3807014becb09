package io.tiergate.cli.demo;

import io.grpc.StatusRuntimeException;
import io.tiergate.cli.CommandFailure;
import io.tiergate.local.LocalStack;
import io.tiergate.local.Part;
import io.tiergate.local.Ports;
import io.tiergate.local.process.DataFolder;
import io.tiergate.local.process.ProcessEvent;
import io.tiergate.local.process.ServiceLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** One run of the demonstration, from the first process started to the last one ended. */
public final class Demo {
    private final DemoOptions options;
    private final Terminal terminal;
    private final LabeledImages images;
    private final DemoModel model;
    private final Optional<DemoModel> splitModel;
    private final Path folder;
    private final LocalStack stack;
    private volatile EdgeClient client;

    private Demo(
            DemoOptions options,
            Terminal terminal,
            LabeledImages images,
            DemoModel model,
            Optional<DemoModel> splitModel,
            Path folder) {
        this.options = options;
        this.terminal = terminal;
        this.images = images;
        this.model = model;
        this.splitModel = splitModel;
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
        options.report().ifPresent(file -> requireWritable("--report", file));
        options.show().ifPresent(file -> requireWritable("--show", file));
        LabeledImages images = options.data()
                .<LabeledImages>map(ImageFiles::read)
                .orElseGet(() -> GeneratedParts.forRequests(options.requests()));
        DemoModel model = DemoModel.choose(options.models(), options.model());
        requireFit(images, model);
        Optional<DemoModel> splitModel =
                options.splitModel().map(name -> DemoModel.choose(options.models(), Optional.of(name)));
        splitModel.ifPresent(chosen -> requireFit(images, chosen));
        Path folder = Path.of(
                ".tiergate",
                "demo",
                LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")));
        // Else the clients of Kafka and gRPC would talk amid the progress.
        ServiceLog.writeTo(folder.resolve("logs").resolve("demo.log"));
        Terminal terminal = new Terminal(out, Boolean.getBoolean("launcher.terminal"));
        return new Demo(options, terminal, images, model, splitModel, folder).run();
    }

    private static void requireFit(LabeledImages images, DemoModel model) {
        if (images.highestLabel() >= model.labels().size()) {
            throw new CommandFailure(
                    "the images have classes up to %d, but model '%s' knows %d (expected: the same classes)"
                            .formatted(
                                    images.highestLabel(),
                                    model.name(),
                                    model.labels().size()));
        }
    }

    private static void requireWritable(String flag, Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent) || Files.isDirectory(file)) {
            throw new CommandFailure(
                    "%s: %s cannot be written (expected: a file in a folder that exists)".formatted(flag, file));
        }
    }

    private int run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-demo"));
        boolean clean = false;
        try {
            ModelReplay replays = start();
            ModelReplay.Result ordinary = replay(replays, model);
            ResultTable.print(ordinary.report(), images.noun(), stack.restarts(), terminal);
            Optional<Report> split = Optional.empty();
            if (splitModel.isPresent()) {
                terminal.say("");
                ModelReplay.Result second = replay(replays, splitModel.get());
                SplitTable.print(ordinary, second, images.noun(), terminal);
                split = Optional.of(second.report());
            }
            if (options.report().isPresent()) {
                ReportFile.write(options.report().get(), ordinary.report(), split);
            }
            if (options.show().isPresent()) {
                show(ordinary, options.show().get());
            }
            if (options.keep()) {
                keepRunning();
            }
            clean = ordinary.report().isSuccess()
                    && split.map(Report::isSuccess).orElse(true);
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

    private ModelReplay start() throws IOException, InterruptedException {
        terminal.say(
                "Starting Kafka, PostgreSQL, the cloud service and the edge gateway; their files are in %s.", folder);
        stack.start();
        client = new EdgeClient(stack.ports().edgeGrpc());
        return new ModelReplay(client, stack.kafkaAddress(), images, options, terminal);
    }

    private ModelReplay.Result replay(ModelReplay replays, DemoModel to) throws InterruptedException {
        try {
            return replays.run(to);
        } catch (StatusRuntimeException e) {
            throw new CommandFailure("the edge gateway does not answer: " + e.getStatus(), e);
        }
    }

    private void show(ModelReplay.Result result, Path file) throws IOException {
        new SampleSheet(result, images).write(file);
        terminal.say("Some of the %s, with what was said of them: %s", images.noun(), file);
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
