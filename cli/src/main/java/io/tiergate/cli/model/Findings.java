package io.tiergate.cli.model;

import io.tiergate.gate.Activation;
import io.tiergate.image.Layout;
import io.tiergate.runtime.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that could be found out about a model for its manifest.
 *
 * @param classes numbers a sample; empty if neither the file nor an answer told
 * @param picture absent if there is no single input, or it does not look like one
 */
record Findings(
        Choice<List<TensorSpec>> inputs,
        Choice<TensorSpec> output,
        OptionalLong classes,
        Choice<Activation> activation,
        Optional<Picture> picture,
        Optional<Trial> trial) {

    /** What a person has decided already; empty where not. */
    record Wishes(
            Optional<String> input,
            Optional<String> output,
            Optional<Activation> activation,
            Optional<Layout> layout,
            OptionalLong labels) {}

    static Findings of(ModelFile file, Wishes wishes) {
        Choice<List<TensorSpec>> inputs = TensorChoices.inputs(file.signature(), wishes.input());
        Choice<TensorSpec> output = TensorChoices.output(file.signature(), wishes.output(), wishes.labels());
        Optional<Trial> trial = output.value().map(chosen -> Trial.of(file, chosen));
        Choice<Activation> activation = output.value()
                .map(chosen -> ActivationChoice.of(wishes.activation(), file.graph(), chosen, trial.orElseThrow()))
                .orElseGet(() -> Choice.open("it depends on the output"));
        return new Findings(
                inputs,
                output,
                classes(inputs, output, trial),
                activation,
                inputs.value()
                        .filter(all -> all.size() == 1)
                        .map(List::getFirst)
                        .flatMap(chosen -> Picture.in(chosen, wishes.layout())),
                trial);
    }

    private static OptionalLong classes(
            Choice<List<TensorSpec>> inputs, Choice<TensorSpec> output, Optional<Trial> trial) {
        OptionalLong declared = output.value().map(TensorChoices::classes).orElse(OptionalLong.empty());
        if (declared.isPresent()) {
            return declared;
        }
        // With made-up sizes the answer's size would be made up, too.
        if (inputs.value()
                .filter(all -> all.stream().allMatch(Findings::onlyBatchIsFree))
                .isEmpty()) {
            return OptionalLong.empty();
        }
        return trial.filter(tried -> !tried.rows().isEmpty())
                .map(tried -> OptionalLong.of(tried.rows().getFirst().length))
                .orElse(OptionalLong.empty());
    }

    private static boolean onlyBatchIsFree(TensorSpec input) {
        return (input.shape().startsWithAny() ? input.shape().withFirst(1) : input.shape()).isConcrete();
    }

    /** How many labels the manifest needs: two for the single number of a sigmoid. */
    OptionalLong labels() {
        boolean binary = classes.equals(OptionalLong.of(1))
                && activation.value().filter(Activation.SIGMOID::equals).isPresent();
        return binary ? OptionalLong.of(2) : classes;
    }
}
