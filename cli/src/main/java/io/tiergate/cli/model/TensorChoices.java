package io.tiergate.cli.model;

import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Which inputs are the sample, and which output is the classes' scores. */
final class TensorChoices {
    private static final List<String> USUAL_NAMES =
            List.of("logits", "probabilities", "scores", "probs", "output", "output_0", "predictions");

    private TensorChoices() {}

    /** @param wanted a person's choice */
    static Choice<List<TensorSpec>> inputs(Signature signature, Optional<String> wanted) {
        List<TensorSpec> inputs = signature.inputs();
        if (inputs.isEmpty()) {
            return Choice.open(
                    "the model has no inputs, so there is no sample to gate; serve the file without a manifest as <repository>/<name>/1/model.onnx");
        }
        if (wanted.isPresent() && signature.input(wanted.get()).isEmpty()) {
            return Choice.open("input '%s' is not in the model (it has: %s)".formatted(wanted.get(), names(inputs)));
        }
        if (wanted.isPresent() && inputs.size() > 1) {
            return Choice.open(
                    "input '%s' is not the only one (the model has: %s), and a sample is all of them; leave out --input"
                            .formatted(wanted.get(), names(inputs)));
        }
        return Choice.of(inputs, inputs.size() == 1 ? "the only input" : "a sample is all inputs together");
    }

    /**
     * @param wanted a person's choice
     * @param labels how many there are, if that is known
     */
    static Choice<TensorSpec> output(Signature signature, Optional<String> wanted, OptionalLong labels) {
        List<TensorSpec> outputs = signature.outputs();
        if (wanted.isPresent()) {
            return signature
                    .output(wanted.get())
                    .map(output ->
                            scores(output) ? Choice.of(output, "as given") : Choice.<TensorSpec>open(notScores(output)))
                    .orElseGet(() -> Choice.open(
                            "output '%s' is not in the model (it has: %s)".formatted(wanted.get(), names(outputs))));
        }
        List<TensorSpec> fitting =
                outputs.stream().filter(output -> scores(output)).toList();
        if (fitting.isEmpty()) {
            return Choice.open(notScores(outputs.getFirst()));
        }
        if (fitting.size() == 1) {
            return Choice.of(
                    fitting.getFirst(),
                    outputs.size() == 1
                            ? "the only output"
                            : "the only output that is a row of floating-point numbers");
        }
        List<TensorSpec> counted = fitting.stream()
                .filter(output -> labels.equals(classes(output)))
                .toList();
        if (counted.size() == 1) {
            return Choice.of(counted.getFirst(), "the only output with as many numbers as there are labels");
        }
        return USUAL_NAMES.stream()
                .flatMap(name -> fitting.stream().filter(output -> output.name().equals(name)))
                .findFirst()
                .map(output -> Choice.of(output, "by its name, of " + names(fitting)))
                .orElseGet(() -> Choice.open("several outputs could be the classes' scores (%s): name one with --output"
                        .formatted(names(fitting))));
    }

    /** How many numbers one sample gets; empty if the model leaves it open. */
    static OptionalLong classes(TensorSpec output) {
        Shape shape = output.shape();
        Shape sample = shape.startsWithAny() ? shape.withFirst(1) : shape;
        return sample.isConcrete()
                ? OptionalLong.of(Arrays.stream(sample.toArray()).reduce(1, Math::multiplyExact))
                : OptionalLong.empty();
    }

    private static boolean scores(TensorSpec output) {
        return output.type().isFloatingPoint()
                && output.shape().rank() >= 1
                && output.shape().rank() <= 2;
    }

    private static String notScores(TensorSpec output) {
        return "output '%s' is %s %s (expected: one floating-point number a class); export the model with its scores, the values before any ArgMax"
                .formatted(output.name(), output.type(), output.shape());
    }

    static String names(List<TensorSpec> specs) {
        return String.join(", ", specs.stream().map(TensorSpec::name).toList());
    }
}
