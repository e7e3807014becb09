package io.tiergate.serving.openinference;

import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.Servable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a request wants of a model's outputs.
 *
 * @param names in the order wanted
 * @param classes by output, how many of its best classes are wanted in place of its values; 1 or more
 */
record RequestedOutputs(List<String> names, Map<String, Long> classes) {
    private static final String CLASSIFICATION = "classification";

    /**
     * @throws InvalidRequestException if an output is unknown or asked for twice, or cannot be classified
     */
    static RequestedOutputs of(Servable model, ModelInferRequest request) {
        List<String> known = new ArrayList<>();
        for (TensorSpec output : model.signature().outputs()) {
            known.add(output.name());
        }
        if (request.getOutputsCount() == 0) {
            return new RequestedOutputs(known, Map.of());
        }
        Set<String> names = new LinkedHashSet<>();
        Map<String, Long> classes = new HashMap<>();
        for (InferRequestedOutputTensor output : request.getOutputsList()) {
            if (!names.add(output.getName())) {
                throw new InvalidRequestException(
                        "output '%s' is asked for twice of model '%s'".formatted(output.getName(), model.name()));
            }
            InferParameter wanted = output.getParametersMap().get(CLASSIFICATION);
            if (wanted != null) {
                classes.put(output.getName(), classes(output.getName(), wanted));
            }
        }
        requireKnown(model, names, known);
        classes.keySet().forEach(name -> requireNumbers(model, name));
        return new RequestedOutputs(List.copyOf(names), classes);
    }

    private static long classes(String output, InferParameter wanted) {
        if (!wanted.hasInt64Param() || wanted.getInt64Param() < 1) {
            throw InvalidRequestException.ofParameter(
                    CLASSIFICATION, wanted, "an int64_param of 1 or more, for output '" + output + "'");
        }
        return wanted.getInt64Param();
    }

    private static void requireKnown(Servable model, Set<String> names, List<String> known) {
        TreeSet<String> unknown =
                names.stream().filter(name -> !known.contains(name)).collect(Collectors.toCollection(TreeSet::new));
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException("outputs %s are unknown (expected: of %s, from model '%s')"
                    .formatted(unknown, known, model.name()));
        }
    }

    private static void requireNumbers(Servable model, String output) {
        TensorSpec spec = model.signature().output(output).orElseThrow();
        if (!TopClasses.canRank(spec.type())) {
            throw new InvalidRequestException("output '%s' of model '%s' holds %s (expected: numbers, to be classified)"
                    .formatted(output, model.name(), spec.type()));
        }
    }

    /** A model's outputs, those ranked of which the best classes are wanted. */
    List<Tensor> ranked(Servable model, List<Tensor> outputs) {
        if (classes.isEmpty()) {
            return outputs;
        }
        return outputs.stream()
                .map(output -> classes.containsKey(output.name())
                        ? TopClasses.of(
                                output,
                                model.signature().hasBatchDimension(),
                                classes.get(output.name()),
                                model.labels(output.name()))
                        : output)
                .toList();
    }
}
