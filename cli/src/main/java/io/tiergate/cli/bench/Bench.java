package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.cli.CommandFailure;
import io.tiergate.local.process.DataFolder;
import io.tiergate.local.process.ServiceLog;
import io.tiergate.parts.PartGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** The comparison from its beginning to its end. */
public final class Bench {
    private static final Set<Measurement> COMPARED =
            EnumSet.of(Measurement.ECHO, Measurement.AFTERNOON, Measurement.NODE, Measurement.PLAIN, Measurement.GATED);

    private static final Set<Measurement> FOREIGN = EnumSet.of(Measurement.AFTERNOON, Measurement.NODE);

    /** Processors that are busy before anything was started here. A build just before counts, too. */
    private static final double BUSY = 0.5;

    private final BenchOptions options;
    private final Workplace workplace;
    private final BenchModels models;
    private final SamplePools samples;
    private final Findings findings = new Findings();
    private final ObjectNode machine = Machine.describe();

    private Bench(BenchOptions options, Workplace workplace, BenchModels models, SamplePools samples) {
        this.options = options;
        this.workplace = workplace;
        this.models = models;
        this.samples = samples;
    }

    /**
     * Measures, prints and writes. All processes it has started end with this one.
     *
     * @return the exit code: 0
     * @throws CommandFailure if nothing could be measured, or the result not be written
     */
    public static int run(BenchOptions options, PrintWriter out) throws IOException, InterruptedException {
        options.report().ifPresent(file -> requireWritable("--report", file));
        options.plot().ifPresent(file -> requireWritable("--plot", file));
        Path own = Path.of(".tiergate", "bench").toAbsolutePath();
        Path folder = own.resolve(
                LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS")));
        // Else the clients of Kafka and gRPC would talk amid the progress.
        ServiceLog.writeTo(folder.resolve("logs").resolve("bench.log"));
        Workplace workplace = new Workplace(options.home(), folder, own.resolve("cache"), out, System.nanoTime());
        BenchModels models = new BenchModels(options.models(), Files.createDirectories(folder.resolve("models")));
        Bench bench = new Bench(options, workplace, models, SamplePools.generate());
        boolean clean = false;
        try {
            bench.measure();
            bench.tell(out);
            // Of what is not Tiergate's own, the reason that was told is enough.
            clean = FOREIGN.containsAll(bench.findings.leftOut.keySet());
        } finally {
            if (clean) {
                DataFolder.delete(folder);
            } else {
                workplace.say("the logs are in %s", folder);
            }
        }
        return 0;
    }

    private static void requireWritable(String flag, Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent) || Files.isDirectory(file)) {
            throw new CommandFailure(
                    "%s: %s cannot be written (expected: a file in a folder that exists)".formatted(flag, file));
        }
    }

    private boolean wants(Measurement measurement) {
        return options.only().contains(measurement);
    }

    private void measure() throws IOException, InterruptedException {
        workplace.say("comparing (%s); the files are in %s", options.length().name(), workplace.folder());
        if (Machine.busyProcessors() > BUSY) {
            workplace.say(
                    "this machine was busy in the last minute (load %.1f): if it still is, the numbers are worth little",
                    Machine.busyProcessors());
        }
        findings.messageBytes = samples.request(BenchModels.MODEL, 0, false).getSerializedSize();
        Path natives = workplace.folder().resolve("native");
        try (LoadGenerator load = new LoadGenerator(Worker.start(
                        "load",
                        workplace.benchmarkCommand("io.tiergate.bench.load.LoadMain", LoadGenerator.eventLoops()),
                        workplace.folder()));
                ModelAlone alone = new ModelAlone(Worker.start(
                        "model",
                        workplace.benchmarkCommand("io.tiergate.bench.model.ModelMain", natives),
                        workplace.folder()));
                Broker broker = Broker.start(workplace)) {
            compare(load, alone, broker);
            alone(Measurement.OVERLOAD, () -> {
                Path repository = workplace.folder().resolve("models").resolve("slow");
                Path pool = samples.write(workplace.folder().resolve("slow.pool"), SlowModel.NAME, false);
                double millis = SlowModel.make(repository, alone, pool);
                return new Overload(workplace, options.length(), load).measure(repository, pool, millis);
            });
            alone(Measurement.SWAP, () -> {
                Path pool = samples.write(workplace.folder().resolve("accepted.pool"), BenchModels.MODEL, false);
                return new Swaps(workplace, options.length(), load).measure(models.accepting(), pool);
            });
            alone(Measurement.CLOUD, () -> new CloudIntake(workplace, options.length(), alone).measure(ofParts()));
            alone(Measurement.LEDGER, () -> new LedgerFigures(workplace, options.length()).measure());
            alone(Measurement.AWAY, () -> {
                Path pool = samples.write(workplace.folder().resolve("away.pool"), BenchModels.MODEL, true);
                return new BrokerAway(workplace, options.length(), load).measure(models.accepting(), pool);
            });
            alone(Measurement.FOOTPRINT, () -> {
                var request = samples.request(BenchModels.MODEL, 0, false);
                return new Footprint(workplace, options.length(), models.asCommitted(), broker.address(), request)
                        .measure();
            });
        }
    }

    private CloudIntake.Question ofParts() throws IOException {
        long side = PartGenerator.SIDE_PIXELS;
        return new CloudIntake.Question(
                options.models(),
                "parts-ensemble",
                "images",
                List.of(1L, 1L, side, side),
                samples.tensors(),
                samples.write(workplace.folder().resolve("cloud.pool"), BenchModels.MODEL, false));
    }

    private interface Trial {
        ObjectNode measure() throws IOException, InterruptedException;
    }

    /** With nothing else running; what fails takes only its own numbers with it, and not those of a quarter of an hour before. */
    private void alone(Measurement measurement, Trial trial) throws InterruptedException {
        if (!wants(measurement)) {
            return;
        }
        try {
            findings.others.put(measurement, trial.measure());
        } catch (IOException | RuntimeException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            String reason =
                    String.valueOf(cause.getMessage()).lines().findFirst().orElse(e.toString());
            workplace.say("%s is left out: %s", measurement.title(), reason);
            findings.leaveOut(measurement, reason);
        }
    }

    /** Throughput first, since arrival rates are parts of it. */
    private void compare(LoadGenerator load, ModelAlone alone, Broker broker) throws IOException, InterruptedException {
        Set<Measurement> compared = EnumSet.copyOf(COMPARED);
        compared.retainAll(options.only());
        Path pool = samples.write(workplace.folder().resolve("mixed.pool"), BenchModels.MODEL, true);
        Rounds rounds = new Rounds(workplace, options.length(), load, findings);
        try (Subjects subjects = new Subjects(workplace, models, broker.address(), pool)) {
            subjects.start(compared, findings);
            rounds.warmUp(subjects);
            Map<Measurement, Subject> running = subjects.running();
            if (wants(Measurement.MODEL)) {
                rounds.findBestBatch(alone, models.onnxFile(), pool);
            }
            for (int round = 0; round < options.length().rounds(); round++) {
                if (wants(Measurement.MODEL)) {
                    rounds.model(alone, models.onnxFile(), pool);
                }
                rounds.throughput(round, running);
            }
            if (!running.isEmpty()) {
                rounds.chooseRates(running);
                for (int round = 0; round < options.length().rounds(); round++) {
                    rounds.latency(round, running);
                }
            }
        }
    }

    private void tell(PrintWriter out) throws IOException {
        Comparison comparison = new Comparison(findings);
        out.println();
        new BenchTable(findings, comparison).lines().forEach(out::println);
        if (options.report().isPresent()) {
            ObjectNode report = BenchReport.of(findings, comparison, machine, options.length());
            BenchReport.write(options.report().get(), report);
        }
        Optional<Path> plot = options.plot();
        if (plot.isPresent()) {
            LatencyPlot.write(plot.get(), BenchReport.withLatencies(findings));
        }
        out.flush();
    }
}
