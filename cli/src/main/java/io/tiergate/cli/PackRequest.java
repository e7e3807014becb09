package io.tiergate.cli;

import io.tiergate.cli.model.OnnxRuntimeFiles;
import io.tiergate.cli.model.PackOptions;
import io.tiergate.cli.model.Packer;
import io.tiergate.gate.Activation;
import io.tiergate.gate.Score;
import io.tiergate.image.ColorMode;
import io.tiergate.image.ImageSize;
import io.tiergate.image.Layout;
import io.tiergate.model.ModelPackage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ParameterException;

/** Checks the arguments of {@code tiergate model pack}, makes the package and tells of it. */
final class PackRequest {
    private final ModelPackCommand command;

    PackRequest(ModelPackCommand command) {
        this.command = command;
    }

    void run() throws IOException {
        PackOptions options = new PackOptions(
                command.file,
                command.name,
                command.repository,
                version(),
                labels(),
                Optional.ofNullable(command.input),
                Optional.ofNullable(command.output),
                word("--activation", command.activation, Activation.values(), value -> value.name()
                        .toLowerCase(java.util.Locale.ROOT)),
                gating(),
                word("--layout", command.layout, Layout.values(), Layout::name),
                image());
        OnnxRuntimeFiles.install();
        tell(Packer.pack(options));
    }

    private void tell(ModelPackage made) {
        PrintWriter out = command.spec().commandLine().getOut();
        out.println("Packed " + made + " into " + made.directory());
        out.println("  digest  " + made.digest());
        if (command.threshold == null) {
            out.println(
                    "  The threshold is only a start: choose it by labelled samples that the model has not been trained on.");
        }
        out.println("Serve it with: ./tiergate edge --models " + command.repository + " --kafka none");
        out.flush();
    }

    private OptionalLong version() {
        if (command.version != null && command.version < 1) {
            throw wrongUsage("--version: %d (expected: 1 or more)".formatted(command.version));
        }
        return command.version == null ? OptionalLong.empty() : OptionalLong.of(command.version);
    }

    private List<String> labels() throws IOException {
        if (command.labels != null && command.labelsFile != null) {
            throw wrongUsage("--labels and --labels-file are both given (expected: one of them)");
        }
        if (command.labels != null) {
            return command.labels.stream().map(String::strip).toList();
        }
        if (command.labelsFile == null) {
            throw wrongUsage(
                    "the classes' names are missing: give --labels a,b,c in the order of the output's numbers, or --labels-file FILE with one a line");
        }
        if (!Files.isRegularFile(command.labelsFile)) {
            throw new CommandFailure("--labels-file: %s is not a file".formatted(command.labelsFile));
        }
        try {
            return Files.readAllLines(command.labelsFile).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (CharacterCodingException e) {
            throw new CommandFailure("--labels-file: %s is not UTF-8 text".formatted(command.labelsFile), e);
        }
    }

    private PackOptions.Gating gating() {
        Score chosen = Score.of(command.score)
                .orElseThrow(() -> wrongUsage("--score: '%s' (expected: %s)".formatted(command.score, Score.words())));
        boolean unbounded = chosen == Score.Formula.ENERGY || chosen instanceof Score.Output;
        if (unbounded && command.threshold == null) {
            throw wrongUsage("--score %s has no usual range: give a --threshold".formatted(chosen.word()));
        }
        if (!(command.temperature > 0 && Double.isFinite(command.temperature))) {
            throw wrongUsage("--temperature: %s (expected: a number above 0; 1.0 changes nothing)"
                    .formatted(command.temperature));
        }
        if (command.threshold != null && !Double.isFinite(command.threshold)) {
            throw wrongUsage("--threshold: %s (expected: a finite number)".formatted(command.threshold));
        }
        if (!(command.auditRate >= 0 && command.auditRate <= 1)) {
            throw wrongUsage("--audit-rate: %s (expected: 0.0 to 1.0). It is a probability; for 1 %% write 0.01."
                    .formatted(command.auditRate));
        }
        return new PackOptions.Gating(
                chosen,
                command.temperature,
                optional(command.threshold),
                command.auditRate,
                Optional.ofNullable(command.ensemble));
    }

    private Optional<PackOptions.Image> image() {
        Optional<ColorMode> color = word("--image", command.image, ColorMode.values(), ColorMode::word);
        if (color.isEmpty()
                && (command.resize != null
                        || command.scale != null
                        || !command.mean.isEmpty()
                        || !command.deviation.isEmpty())) {
            throw wrongUsage("--resize, --scale, --mean and --std belong to pictures: add --image grey or --image rgb");
        }
        for (Double number : command.mean) {
            checkFinite("--mean", number);
        }
        for (Double number : command.deviation) {
            checkFinite("--std", number);
        }
        if (command.scale != null) {
            checkFinite("--scale", command.scale);
        }
        return color.map(
                mode -> new PackOptions.Image(mode, size(), optional(command.scale), command.mean, command.deviation));
    }

    private void checkFinite(String flag, double number) {
        if (!Double.isFinite(number)) {
            throw wrongUsage("%s: %s (expected: a finite number)".formatted(flag, number));
        }
    }

    private Optional<ImageSize> size() {
        if (command.resize == null) {
            return Optional.empty();
        }
        if (!command.resize.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
            throw wrongUsage("--resize: '%s' (expected: HEIGHTxWIDTH, for instance 28x28)".formatted(command.resize));
        }
        String[] sides = command.resize.split("x", -1);
        try {
            return Optional.of(new ImageSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])));
        } catch (IllegalArgumentException e) {
            throw wrongUsage("--" + e.getMessage());
        }
    }

    private static OptionalDouble optional(Double number) {
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
    }

    private <T> Optional<T> word(String flag, String given, T[] values, Function<T, String> word) {
        if (given == null) {
            return Optional.empty();
        }
        return Optional.of(Arrays.stream(values)
                .filter(value -> word.apply(value).equals(given))
                .findFirst()
                .orElseThrow(() -> wrongUsage("%s: '%s' (expected: %s)"
                        .formatted(flag, given, Arrays.stream(values).map(word).collect(Collectors.joining(", "))))));
    }

    private ParameterException wrongUsage(String message) {
        return command.wrongUsage(message);
    }
}
