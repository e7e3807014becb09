package io.tiergate.cli.model;

import io.tiergate.gate.Activation;
import io.tiergate.image.ImageSize;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Tells in plain words what an ONNX file is, what a manifest needs of it, what was guessed and why. */
public final class Inspection {
    private static final int MOST_LABELS_WRITTEN_OUT = 12;

    private final PrintWriter out;

    private Inspection(PrintWriter out) {
        this.out = out;
    }

    /** Prints the report. */
    public static void print(Path file, Optional<String> input, Optional<String> output, PrintWriter out)
            throws IOException {
        try (ModelFile model = ModelFile.open(file)) {
            Findings findings = Findings.of(
                    model,
                    new Findings.Wishes(input, output, Optional.empty(), Optional.empty(), OptionalLong.empty()));
            new Inspection(out).report(model, findings);
        }
        out.flush();
    }

    private void report(ModelFile model, Findings findings) {
        out.println(model.path() + " is a model that ONNX Runtime can run.");
        model.graph().ifPresent(graph -> line("written by", origin(graph)));
        model.signature().inputs().forEach(input -> line("input", describe(input)));
        model.signature().outputs().forEach(output -> line("output", describe(output)));
        line("batches", batches(model.signature(), findings.trial()));
        out.println();
        out.println("What a manifest needs:");
        finding(
                "input",
                findings.inputs().words(TensorChoices::names),
                findings.inputs().why());
        finding(
                "output",
                findings.output().words(TensorSpec::name),
                findings.output().why());
        finding(
                "activation",
                findings.activation().words(Inspection::word),
                findings.activation().why());
        finding("labels", labelCount(findings), "names that only you know, in the order of the output's numbers");
        findings.picture().ifPresent(picture -> {
            finding("layout", picture.layout().name(), picture.why());
            finding("image", picture.color().word(), pictureWords(picture));
        });
        finding("threshold", "0.5", "a start; only labelled samples can tell which one is right for you");
        out.println();
        proposal(model, findings);
    }

    private static String origin(OnnxGraph graph) {
        String opsets = new TreeMap<>(graph.opsets())
                .entrySet().stream()
                        .map(opset -> opset.getKey() + " " + opset.getValue())
                        .collect(Collectors.joining(", "));
        return "%s; file format %d, operators %s, %d nodes%s"
                .formatted(
                        graph.producer().isEmpty() ? "an unnamed program" : graph.producer(),
                        graph.irVersion(),
                        opsets,
                        graph.nodes().size(),
                        graph.externalFiles().isEmpty() ? "" : "; more weights in " + graph.externalFiles());
    }

    private static String describe(TensorSpec spec) {
        return "%s: %s %s%s"
                .formatted(
                        spec.name(), spec.type(), spec.shape(), spec.shape().isConcrete() ? "" : " (-1: of any size)");
    }

    private static String batches(Signature signature, Optional<Trial> trial) {
        if (trial.filter(Trial::batchFails).isPresent()) {
            return "no: the first size is said to be free, but two samples at once fail";
        }
        if (signature.hasBatchDimension()) {
            return "yes: the first size is free, so samples that wait are run together";
        }
        boolean anyFree =
                signature.inputs().stream().anyMatch(spec -> spec.shape().startsWithAny());
        return anyFree
                ? "mixed: the first size is free in some inputs and outputs only, so the model cannot be gated; export it with a batch dimension everywhere"
                : "no: every call is one sample; export with a free first size (dynamic_axes) for more speed";
    }

    private static String labelCount(Findings findings) {
        return findings.labels().isPresent() ? Long.toString(findings.labels().getAsLong()) : "?";
    }

    private static String pictureWords(Picture picture) {
        return picture.size()
                .map(size ->
                        "PNG and JPEG can be taken, resized to " + size + "; scale and mean are those of the training")
                .orElse("PNG and JPEG can be taken, with --resize HEIGHTxWIDTH, since the model leaves the size open");
    }

    private void proposal(ModelFile model, Findings findings) {
        List<String> problems = new ArrayList<>();
        findings.inputs()
                .value()
                .ifPresentOrElse(
                        unused -> {}, () -> problems.add(findings.inputs().why()));
        findings.output()
                .value()
                .ifPresentOrElse(
                        unused -> {
                            if (findings.activation().value().isEmpty()) {
                                problems.add(findings.activation().why());
                            }
                        },
                        () -> problems.add(findings.output().why()));
        findings.trial().filter(Trial::batchFails).ifPresent(unused -> problems.add(Trial.FALSE_BATCH));
        if (!problems.isEmpty()) {
            out.println("It cannot be packed like this:");
            problems.forEach(problem -> out.println("  " + problem));
            return;
        }
        out.println("Pack it with, for instance:");
        out.println("  " + command(model, findings));
    }

    private static String command(ModelFile model, Findings findings) {
        StringBuilder command = new StringBuilder("./tiergate model pack ")
                .append(model.path())
                .append(" --name ")
                .append(Packages.nameFrom(model.name()))
                .append(" --out models ");
        OptionalLong labels = findings.labels();
        if (labels.isPresent() && labels.getAsLong() <= MOST_LABELS_WRITTEN_OUT) {
            command.append("--labels ")
                    .append(LongStream.rangeClosed(1, labels.getAsLong())
                            .mapToObj(number -> "label" + number)
                            .collect(Collectors.joining(",")));
        } else {
            command.append("--labels-file labels.txt");
        }
        if (model.signature().outputs().size() > 1) {
            findings.output().value().ifPresent(output -> command.append(" --output ")
                    .append(output.name()));
        }
        findings.picture()
                .flatMap(picture ->
                        picture.size().map(size -> " --image " + picture.color().word()))
                .ifPresent(command::append);
        return command.append(" --escalate-to ENSEMBLE").toString();
    }

    static String word(Activation activation) {
        return activation.name().toLowerCase(Locale.ROOT);
    }

    static String word(ImageSize size) {
        return "[" + size.height() + ", " + size.width() + "]";
    }

    private void line(String what, String... words) {
        out.println(String.format("  %-12s%s", what, String.join("   ", words)).stripTrailing());
    }

    private void finding(String what, String value, String why) {
        out.println(String.format("  %-12s%-10s  %s", what, value, why));
    }
}
