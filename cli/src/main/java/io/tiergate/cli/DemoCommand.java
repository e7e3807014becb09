package io.tiergate.cli;

import io.tiergate.cli.demo.Demo;
import io.tiergate.cli.demo.DemoOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Start Kafka, PostgreSQL, the cloud service and the edge gateway, replay labelled images, and account for every escalation.",
            "Succeeds only if no request failed and every escalation has a verdict or a place in the review queue."
        })
final class DemoCommand extends VerboseCommand implements Callable<Integer> {
    private static final String EXAMPLE =
            "./tiergate demo --data ../shared/data/fashion-mnist --models ../shared/data/fashion-mnist/models";

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many images to send (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--rate",
            paramLabel = "RPS",
            description = "Requests a second, held whatever the answers take (default: as fast as 16 at a time go).")
    private Double rate;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "A folder with test-images-idx3-ubyte.gz and test-labels-idx1-ubyte.gz.")
    private Path data;

    @Option(names = "--models", paramLabel = "DIR", description = "The model repository of both services.")
    private Path models;

    @Option(names = "--model", paramLabel = "NAME", description = "The edge model to ask (default: the first by name).")
    private String model;

    @Option(names = "--report", paramLabel = "FILE.json", description = "Write the result as JSON, too.")
    private Path report;

    @Option(names = "--keep", description = "Leave everything running afterwards, and its files when it ends.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        if (data == null || models == null) {
            throw wrongUsage(
                    "%s is missing. For instance: %s".formatted(data == null ? "--data" : "--models", EXAMPLE));
        }
        if (requests < 1) {
            throw wrongUsage("--requests: %d (expected: 1 or more)".formatted(requests));
        }
        if (rate != null && !(rate > 0 && rate <= DemoOptions.HIGHEST_RATE)) {
            throw wrongUsage("--rate: %s (expected: above 0, at most %s requests a second)"
                    .formatted(rate, DemoOptions.HIGHEST_RATE));
        }
        DemoOptions options = new DemoOptions(
                requests,
                rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
                data,
                models,
                Optional.ofNullable(model),
                Optional.ofNullable(report),
                keep);
        return Demo.run(options, spec().commandLine().getOut());
    }
}
