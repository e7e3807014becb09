package io.tiergate.model;

import io.tiergate.runtime.Signature;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.util.List;
import java.util.stream.Collectors;

/** Checks that a package names just the inputs that its model has: a sample is all of them together. */
public final class ModelInputs {
    private ModelInputs() {}

    /**
     * @param named all different
     * @param file the ONNX file's name, for the message
     * @throws UnusableModelException with one sentence if an input is unknown, or one is not named
     */
    public static void check(List<String> named, Signature signature, String file) {
        List<String> inputs = signature.inputs().stream().map(TensorSpec::name).toList();
        for (String name : named) {
            if (!inputs.contains(name)) {
                throw new UnusableModelException(
                        "model.yaml: input '%s' is not in %s (it has: %s)".formatted(name, file, inputs));
            }
        }
        if (named.size() < inputs.size()) {
            throw new UnusableModelException(
                    "%s has %d inputs %s, but model.yaml names only %s (expected: every input); write input: %s"
                            .formatted(file, inputs.size(), inputs, quoted(named), asWritten(inputs)));
        }
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
    }

    private static String asWritten(List<String> names) {
        return names.stream().map(name -> "{ name: " + name + " }").collect(Collectors.joining(", ", "[", "]"));
    }
}
