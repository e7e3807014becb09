package io.tiergate.cli.demo;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.cli.data.ImageFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The demonstration as a replay of labelled images, with the account of every escalation. */
public final class Demo {
    private final DemoOptions options;
    private final LabeledImages images;
    private final DemoModel model;
    private final Optional<DemoModel> splitModel;

    private Demo(DemoOptions options, LabeledImages images, DemoModel model, Optional<DemoModel> splitModel) {
        this.options = options;
        this.images = images;
        this.model = model;
        this.splitModel = splitModel;
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
                .<LabeledImages>map(folder -> new RepeatedImages(ImageFiles.read(folder, "test", "--data")))
                .orElseGet(() -> GeneratedParts.forRequests(options.requests()));
        DemoModel model = DemoModel.choose(options.models(), options.model());
        requireFit(images, model);
        Optional<DemoModel> splitModel =
                options.splitModel().map(name -> DemoModel.choose(options.models(), Optional.of(name)));
        splitModel.ifPresent(chosen -> requireFit(images, chosen));
        Demo demo = new Demo(options, images, model, splitModel);
        return DemoStack.run(options.models(), options.keep(), out, demo::replay);
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

    private boolean replay(DemoStack stack) throws IOException, InterruptedException {
        Terminal terminal = stack.terminal();
        ModelReplay replays = new ModelReplay(stack.client(), stack.kafkaAddress(), images, options, terminal);
        ModelReplay.Result ordinary = replays.run(model);
        ResultTable.print(ordinary.report(), images.noun(), stack.restarts(), terminal);
        Optional<Report> split = Optional.empty();
        if (splitModel.isPresent()) {
            terminal.say("");
            ModelReplay.Result second = replays.run(splitModel.get());
            SplitTable.print(ordinary, second, images.noun(), terminal);
            split = Optional.of(second.report());
        }
        if (options.report().isPresent()) {
            ReportFile.write(options.report().get(), ordinary.report(), split);
        }
        if (options.show().isPresent()) {
            Path file = options.show().get();
            new SampleSheet(ordinary, images).write(file);
            terminal.say("Some of the %s, with what was said of them: %s", images.noun(), file);
        }
        return ordinary.report().isSuccess() && split.map(Report::isSuccess).orElse(true);
    }
}
