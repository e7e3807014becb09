package io.tiergate.cli.model;

import io.tiergate.gate.Score;
import io.tiergate.image.ColorMode;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes {@code model.yaml} with a comment above every decision. The same options give the same text. */
final class ManifestText {
    private static final double WHITE = 255;
    private static final double UNIT_SCALE = 1 / WHITE;

    private final ModelFile file;
    private final PackOptions options;
    private final Findings findings;
    private final StringBuilder text = new StringBuilder();

    private ManifestText(ModelFile file, PackOptions options, Findings findings) {
        this.file = file;
        this.options = options;
        this.findings = findings;
    }

    static String of(ModelFile file, PackOptions options, Findings findings) {
        return new ManifestText(file, options, findings).write();
    }

    private String write() {
        List<TensorSpec> inputs = findings.inputs().require();
        TensorSpec output = findings.output().require();
        comment(
                "Made by 'tiergate model pack' from %s. Edit it and check it with 'tiergate model verify'.",
                file.name());
        line("name: " + Yaml.text(options.name()));
        line("task: classification");
        comment(
                "Takes %s: %s. Types and shapes are read from the ONNX file.",
                inputs.stream().map(input -> input.type() + " " + input.shape()).collect(Collectors.joining(" and ")),
                findings.inputs().why());
        line("input: " + written(inputs));
        comment(
                "Gives %s %s: %s.",
                output.type(), output.shape(), findings.output().why());
        comment(
                "Activation %s: %s.",
                Inspection.word(findings.activation().require()),
                findings.activation().why());
        line("output: { name: %s, activation: %s }"
                .formatted(
                        Yaml.text(output.name()),
                        Inspection.word(findings.activation().require())));
        comment("In the order of the output's numbers.");
        line("labels: " + Yaml.texts(options.labels()));
        gating();
        escalation();
        picture(inputs.getFirst());
        comment("Where the model came from.");
        line("lineage: { file: %s, producer: %s }"
                .formatted(
                        Yaml.text(file.name()),
                        Yaml.text(file.graph()
                                .map(OnnxGraph::producer)
                                .filter(p -> !p.isEmpty())
                                .orElse("unknown"))));
        return text.toString();
    }

    private String written(List<TensorSpec> inputs) {
        if (inputs.size() == 1) {
            return "{ name: %s%s }".formatted(Yaml.text(inputs.getFirst().name()), layout());
        }
        return inputs.stream()
                .map(input -> "{ name: %s }".formatted(Yaml.text(input.name())))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String layout() {
        return options.layout()
                .map(Enum::name)
                .or(() -> findings.picture().map(picture -> picture.layout().name()))
                .map(layout -> ", layout: " + layout)
                .orElse("");
    }

    private void gating() {
        PackOptions.Gating gating = options.gating();
        comment(
                "%s A temperature above 1 makes a model that is too sure of itself humbler; 1.0 changes nothing.",
                meaning(gating.score()));
        line("confidence: { score: %s, temperature: %s }"
                .formatted(Yaml.text(gating.score().word()), Yaml.number(gating.temperature())));
        double threshold = gating.threshold().orElseGet(() -> usualThreshold(gating.score()));
        comment(
                "An answer is accepted if its score is at least the threshold.%s",
                gating.threshold().isPresent()
                        ? ""
                        : " This one is only a start: choose it by labelled samples that the model has not been trained on.");
        line("gate: { policy: fixed, threshold: %s, audit-rate: %s }"
                .formatted(
                        Yaml.number(threshold), Yaml.number(gating.ensemble().isPresent() ? gating.auditRate() : 0)));
    }

    private static String meaning(Score score) {
        return switch (score) {
            case Score.Formula.MARGIN -> "margin: the best class's probability less that of the second, 0 to 1.";
            case Score.Formula.MAX_SOFTMAX -> "max-softmax: the best class's probability, 0 to 1.";
            case Score.Formula.ENTROPY -> "entropy: 1 if all probability is on one class, 0 if it is the same on all.";
            case Score.Formula.ENERGY -> "energy: how familiar the input looks, unbounded.";
            case Score.Output output ->
                "%s: the model's own measure, higher where it is surer.".formatted(output.word());
        };
    }

    static double usualThreshold(Score score) {
        return score == Score.Formula.MAX_SOFTMAX ? 0.75 : 0.5;
    }

    private void escalation() {
        Optional<String> ensemble = options.gating().ensemble();
        if (ensemble.isPresent()) {
            comment("Doubtful samples, and a share audit-rate of the accepted ones, go to this ensemble.");
            comment(
                    "The payload is what it sees of them: input, output:<name> in its place, or none, and a person decides.");
            line("escalation: { to: %s, payload: input }".formatted(Yaml.text(ensemble.get())));
        } else {
            comment("Doubtful samples stay here. To send them to an ensemble in the cloud:");
            comment("escalation: { to: ENSEMBLE, payload: input }");
        }
    }

    private void picture(TensorSpec input) {
        Optional<PackOptions.Image> image = options.image();
        if (image.isPresent()) {
            comment("How a PNG or JPEG becomes the input: (byte * scale - mean) / std for each channel.");
            line("preprocess: { " + String.join(", ", keys(image.get(), input)) + " }");
        } else {
            findings.picture().ifPresent(picture -> {
                comment("The input looks like a picture (%s). To take PNG and JPEG, too:", picture.why());
                comment("preprocess: { image: %s }", picture.color().word());
            });
        }
        findings.picture().ifPresent(picture -> {
            comment("How a person sees the input in the review page.");
            line("display: { kind: image, layout: %s, range: %s }".formatted(picture.layout(), range(input)));
        });
    }

    private List<String> keys(PackOptions.Image image, TensorSpec input) {
        List<String> keys = new ArrayList<>();
        keys.add("image: " + image.color().word());
        image.resize()
                .or(() -> findings.picture().flatMap(Picture::size))
                .ifPresent(size -> keys.add("resize: " + Inspection.word(size)));
        if (input.type() != DataType.UINT8 || image.scale().isPresent()) {
            keys.add("scale: " + Yaml.number(image.scale().orElse(UNIT_SCALE)));
        }
        if (!image.mean().isEmpty()) {
            keys.add("mean: " + Yaml.numbers(image.mean()));
        }
        if (!image.deviation().isEmpty()) {
            keys.add("std: " + Yaml.numbers(image.deviation()));
        }
        return keys;
    }

    /** What black and white become, over all channels. */
    private String range(TensorSpec input) {
        if (input.type() == DataType.UINT8) {
            return "[0, 255]";
        }
        if (options.image().isEmpty()) {
            return "[0, 1]";
        }
        PackOptions.Image image = options.image().get();
        double scale = image.scale().orElse(UNIT_SCALE);
        int channels = image.color() == ColorMode.GREY ? 1 : 3;
        double[] ends = IntStream.range(0, channels)
                .boxed()
                .flatMap(channel -> java.util.stream.Stream.of(0.0, WHITE)
                        .map(value ->
                                (value * scale - at(image.mean(), channel, 0)) / at(image.deviation(), channel, 1)))
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return Yaml.numbers(List.of(ends[0], ends[ends.length - 1]));
    }

    private static double at(List<Double> values, int channel, double usual) {
        return channel < values.size() ? values.get(channel) : usual;
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void comment(String words, Object... arguments) {
        text.append("# ").append(words.formatted(arguments).strip()).append('\n');
    }
}
