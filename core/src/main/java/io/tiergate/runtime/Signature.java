package io.tiergate.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Inputs and outputs of a model, in the model's own order. */
public record Signature(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * Whether the outermost dimension of every input and output may vary: then each row of it is a sample of its own. Outputs that all
     * samples {@linkplain TensorSpec#shared share} do not count.
     */
    public boolean hasBatchDimension() {
        // Loops, not streams: every request asks.
        for (TensorSpec input : inputs) {
            if (!input.shape().startsWithAny()) {
                return false;
            }
        }
        for (TensorSpec output : outputs) {
            if (!output.shared() && !output.shape().startsWithAny()) {
                return false;
            }
        }
        return !inputs.isEmpty();
    }

    public Optional<TensorSpec> input(String name) {
        return inputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    public Optional<TensorSpec> output(String name) {
        return outputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    }

    /** The keys of an output whose columns have such: one that is a sequence of maps in the model. */
    public Optional<TensorSpec> keysOf(TensorSpec output) {
        return output(MapsOutput.keysOf(output.name())).filter(TensorSpec::shared);
    }

    /**
     * Checks a call's tensors and puts them into the model's order.
     *
     * @param model how the model is called in messages
     * @return one tensor per input
     * @throws InvalidTensorException if a name is unknown, missing or given twice, a type or shape does not fit, or the batch
     *     sizes differ
     */
    public List<Tensor> arrange(String model, List<Tensor> tensors) {
        List<Tensor> arranged = isArranged(tensors) ? tensors : sorted(model, tensors);
        for (int i = 0; i < arranged.size(); i++) {
            inputs.get(i).check(model, arranged.get(i));
        }
        if (hasBatchDimension()) {
            Tensor first = arranged.get(0);
            if (first.shape().size(0) == 0) {
                throw new InvalidTensorException(
                        "%s: batch of 0 rows (expected: at least 1, for model '%s')".formatted(first.name(), model));
            }
            for (Tensor tensor : arranged) {
                if (tensor.shape().size(0) != first.shape().size(0)) {
                    throw new InvalidTensorException("%s: batch of %d rows (expected: %d as in %s, for model '%s')"
                            .formatted(
                                    tensor.name(),
                                    tensor.shape().size(0),
                                    first.shape().size(0),
                                    first.name(),
                                    model));
                }
            }
        }
        return arranged;
    }

    /** As most callers send them. */
    private boolean isArranged(List<Tensor> tensors) {
        if (tensors.size() != inputs.size()) {
            return false;
        }
        for (int i = 0; i < tensors.size(); i++) {
            if (!tensors.get(i).name().equals(inputs.get(i).name())) {
                return false;
            }
        }
        return true;
    }

    private List<Tensor> sorted(String model, List<Tensor> tensors) {
        requireNames(model, tensors);
        List<Tensor> sorted = new ArrayList<>(inputs.size());
        for (TensorSpec spec : inputs) {
            sorted.add(tensors.stream()
                    .filter(tensor -> tensor.name().equals(spec.name()))
                    .findFirst()
                    .orElseThrow());
        }
        return sorted;
    }

    private void requireNames(String model, List<Tensor> tensors) {
        var expected = inputs.stream().map(TensorSpec::name).collect(Collectors.toCollection(TreeSet::new));
        var got = new TreeSet<String>();
        for (Tensor tensor : tensors) {
            if (!got.add(tensor.name())) {
                throw new InvalidTensorException(
                        "input '%s' is given twice for model '%s'".formatted(tensor.name(), model));
            }
        }
        if (!got.equals(expected)) {
            throw new InvalidTensorException(
                    "inputs %s (expected: %s, from model '%s')".formatted(got, expected, model));
        }
    }
}
