package io.tiergate.cli;

import io.tiergate.cli.bench.Bench;
import io.tiergate.cli.bench.BenchLength;
import io.tiergate.cli.bench.BenchOptions;
import io.tiergate.cli.bench.Measurement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "bench",
        description = {
            "Measure the gateway against this machine's own limits, and against the servers one would write in an afternoon.",
            "Takes about a quarter of an hour on two processors that have nothing else to do; benchmarks/README.md says what is measured and how to read it."
        })
final class BenchCommand extends VerboseCommand implements Callable<Integer> {
    @Option(names = "--report", paramLabel = "FILE.json", description = "Write the result as JSON, too.")
    private Path report;

    @Option(
            names = "--plot",
            paramLabel = "FILE.svg",
            description =
                    "Draw latency against arrival rate (default: with --report, beside the report under its name).")
    private Path plot;

    @Option(names = "--quick", description = "About five minutes: shorter turns, so less certain numbers.")
    private boolean quick;

    @Option(names = "--smoke", hidden = true, description = "Seconds: every number, and none that means anything.")
    private boolean smoke;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            converter = ByName.class,
            description =
                    "Measure only these: ${COMPLETION-CANDIDATES}; separated by commas (default: all). Ratios that need another are left out.")
    private Set<Measurement> only;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (quick && smoke) {
            throw wrongUsage("--quick and --smoke are two lengths (expected: one of them)");
        }
        Path home = Path.of(System.getProperty("launcher.home", "")).toAbsolutePath();
        BenchOptions options = new BenchOptions(
                home,
                home.resolve("parts/models"),
                smoke ? BenchLength.SMOKE : quick ? BenchLength.QUICK : BenchLength.FULL,
                only == null ? EnumSet.allOf(Measurement.class) : only,
                Optional.ofNullable(report),
                Optional.ofNullable(plot).or(() -> Optional.ofNullable(report).map(BenchCommand::besideReport)));
        return Bench.run(options, spec().commandLine().getOut());
    }

    /** Names as the help shows them. */
    static final class ByName implements ITypeConverter<Measurement> {
        @Override
        public Measurement convert(String name) {
            return Arrays.stream(Measurement.values())
                    .filter(measurement -> measurement.toString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'%s' (expected: %s)"
                            .formatted(
                                    name,
                                    Arrays.stream(Measurement.values())
                                            .map(Measurement::toString)
                                            .collect(Collectors.joining(", ")))));
        }
    }

    private static Path besideReport(Path report) {
        String name = report.getFileName().toString();
        return report.resolveSibling(name.replaceFirst("\\.json$", "") + ".svg");
    }
}
