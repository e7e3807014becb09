package io.tiergate.cli;

import io.tiergate.cli.demo.Demo;
import io.tiergate.cli.demo.DemoOptions;
import io.tiergate.cli.demo.PictureDemo;
import io.tiergate.cli.demo.PictureOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

@Command(
        name = "demo",
        description = {
            "Start Kafka, PostgreSQL, the cloud service and the edge gateway, replay labelled images, and account for every escalation.",
            "Without --data and --models: generated pictures of machined parts, and the models trained on them.",
            "With --image: your own pictures in place of the replay, and what became of each.",
            "Succeeds only if no request failed and every escalation has a verdict or a place in the review queue."
        })
final class DemoCommand extends VerboseCommand implements Callable<Integer> {
    private static final String OWN_MODEL = "parts-edge";
    private static final String OWN_SPLIT_MODEL = "parts-split-edge";
    private static final List<String> REPLAY_FLAGS =
            List.of("--requests", "--rate", "--data", "--show", "--split", "--report");

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many images to send (default: ${DEFAULT-VALUE}).")
    private int requests;

    @Option(
            names = "--rate",
            paramLabel = "RPS",
            description =
                    "Requests a second, held whatever the answers take: 5 is a production line with a part every 200 ms (default: as fast as 16 at a time go).")
    private Double rate;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "A folder with test-images-idx3-ubyte.gz and test-labels-idx1-ubyte.gz; needs --models (default: generated parts).")
    private Path data;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            description =
                    "The model repository of both services; needs --data or --image (default: the parts' models).")
    private Path models;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "The edge model to ask (default: the first by name; for the parts " + OWN_MODEL + ").")
    private String model;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "Show this PNG or JPEG file to the edge and say what became of it; may be given several times, with --models, --model and --keep, and nothing else of the replay.")
    private List<Path> images;

    @Option(
            names = "--show",
            paramLabel = "FILE.png",
            description =
                    "Write a contact sheet of 24 samples: edge label, confidence, decision and verdict below each picture.")
    private Path show;

    @Option(
            names = "--split",
            description =
                    "Afterwards replay the same parts to " + OWN_SPLIT_MODEL
                            + ", which sends features instead of pictures, and compare bytes and accuracy; for the generated parts only.")
    private boolean split;

    @Option(
            names = "--report",
            paramLabel = "FILE.json",
            description = "Write the result as JSON, too; with --split the second replay's as the object 'split'.")
    private Path report;

    @Option(names = "--keep", description = "Leave everything running afterwards, and its files when it ends.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        return images == null ? replay() : showPictures();
    }

    private int showPictures() throws IOException, InterruptedException {
        ParseResult given = spec().commandLine().getParseResult();
        for (String flag : REPLAY_FLAGS) {
            if (given.hasMatchedOption(flag)) {
                throw wrongUsage("--image shows single pictures in place of the replay (expected: no %s beside it)"
                        .formatted(flag));
            }
        }
        boolean own = models == null;
        PictureOptions options = new PictureOptions(images, own ? ownModels() : models, chosenModel(own), keep);
        return PictureDemo.run(options, spec().commandLine().getOut());
    }

    private int replay() throws IOException, InterruptedException {
        if ((data == null) != (models == null)) {
            throw wrongUsage("%s is given without %s (expected: both, or neither for the generated parts)"
                    .formatted(data == null ? "--models" : "--data", data == null ? "--data" : "--models"));
        }
        boolean own = data == null;
        if (split && !own) {
            throw wrongUsage(
                    "--split compares models of the generated parts (expected: no --data and no --models beside it)");
        }
        if (split && OWN_SPLIT_MODEL.equals(model)) {
            throw wrongUsage("--split compares with '%s' (expected: another --model, or none for %s)"
                    .formatted(OWN_SPLIT_MODEL, OWN_MODEL));
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
                Optional.ofNullable(data),
                own ? ownModels() : models,
                chosenModel(own),
                split ? Optional.of(OWN_SPLIT_MODEL) : Optional.empty(),
                Optional.ofNullable(report),
                Optional.ofNullable(show),
                keep);
        return Demo.run(options, spec().commandLine().getOut());
    }

    private Optional<String> chosenModel(boolean own) {
        return own && model == null ? Optional.of(OWN_MODEL) : Optional.ofNullable(model);
    }

    /** They come with the source, and need no build. */
    private static Path ownModels() {
        return Path.of(System.getProperty("launcher.home", "")).resolve("parts/models");
    }
}
