package io.tiergate.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Only the arguments: parsing must need none of the classes that {@link PackRequest} makes of them. */
@Command(
        name = "pack",
        description = {
            "Make a model package of an ONNX file.",
            "That is REPOSITORY/NAME/VERSION/ with model.onnx and a commented model.yaml.",
            "What is not given is guessed; 'tiergate model inspect' says what and why. A package that the services would",
            "refuse is not made, and half a package never appears."
        })
final class ModelPackCommand extends VerboseCommand implements Callable<Integer> {
    /** Declared here since --version, which usually comes with it, means the package's version in this command. */
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    @Parameters(paramLabel = "FILE.onnx", description = "The model.")
    Path file;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "The model's name.")
    String name;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "REPOSITORY",
            description = "The model repository; made if it is missing.")
    Path repository;

    @Option(names = "--version", paramLabel = "N", description = "The version (default: the next free one).")
    Long version;

    @Option(
            names = "--labels",
            paramLabel = "A,B,C",
            split = ",",
            hideParamSyntax = true,
            description = "The classes' names, in the order of the output's numbers.")
    List<String> labels;

    @Option(names = "--labels-file", paramLabel = "FILE", description = "The same from a text file, one a line.")
    Path labelsFile;

    @Option(names = "--input", paramLabel = "NAME", description = "The input that is the sample.")
    String input;

    @Option(names = "--output", paramLabel = "NAME", description = "The output that is the classes' scores.")
    String output;

    @Option(
            names = "--activation",
            paramLabel = "softmax|sigmoid|none",
            description = "What turns the output into probabilities; none: they are.")
    String activation;

    @Option(
            names = "--score",
            paramLabel = "margin|max-softmax|entropy|energy|output:NAME",
            defaultValue = "margin",
            description = "The measure of confidence (default: ${DEFAULT-VALUE}).")
    String score;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "1.0",
            description = "Divides the logits, from a calibration (default: ${DEFAULT-VALUE}).")
    double temperature;

    @Option(
            names = "--threshold",
            paramLabel = "T",
            description = "The score from which an answer is accepted (default: 0.5; 0.75 for max-softmax).")
    Double threshold;

    @Option(
            names = "--escalate-to",
            paramLabel = "ENSEMBLE",
            description = "The ensemble that decides doubtful samples (default: they stay local).")
    String ensemble;

    @Option(
            names = "--audit-rate",
            paramLabel = "R",
            defaultValue = "0.01",
            description =
                    "The share of accepted answers that is escalated, too, to check them (default: ${DEFAULT-VALUE}).")
    double auditRate;

    @Option(
            names = "--layout",
            paramLabel = "NCHW|NHWC",
            description = "Where a picture's channels stand, if the shape does not tell.")
    String layout;

    @Option(
            names = "--image",
            paramLabel = "grey|rgb",
            description = "Take PNG and JPEG pictures, too, as grey or as colors.")
    String image;

    @Option(
            names = "--resize",
            paramLabel = "HxW",
            description = "The size to which pictures are brought (default: the model's).")
    String resize;

    @Option(
            names = "--scale",
            paramLabel = "S",
            description = "What a picture's bytes are multiplied with (default: 1/255).")
    Double scale;

    @Option(
            names = "--mean",
            paramLabel = "M,M,M",
            split = ",",
            hideParamSyntax = true,
            description = "What is then taken away, one a channel (default: 0).")
    List<Double> mean = List.of();

    @Option(
            names = "--std",
            paramLabel = "D,D,D",
            split = ",",
            hideParamSyntax = true,
            description = "What that is divided by, one a channel (default: 1).")
    List<Double> deviation = List.of();

    @Override
    public Integer call() throws Exception {
        new PackRequest(this).run();
        return 0;
    }
}
