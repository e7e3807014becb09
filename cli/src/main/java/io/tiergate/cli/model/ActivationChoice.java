package io.tiergate.cli.model;

import io.tiergate.gate.Activation;
import io.tiergate.gate.Reading;
import io.tiergate.runtime.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether an output holds logits or probabilities: from the graph's end, else from a few answers. */
final class ActivationChoice {
    private ActivationChoice() {}

    /** @param wanted a person's choice */
    static Choice<Activation> of(
            Optional<Activation> wanted, Optional<OnnxGraph> graph, TensorSpec output, Trial trial) {
        if (wanted.isPresent()) {
            return Choice.of(wanted.get(), "as given");
        }
        String last = graph.flatMap(g -> g.operatorBehind(output.name())).orElse("");
        return switch (last) {
            case "Softmax" ->
                Choice.of(Activation.NONE, "the graph ends in Softmax, so these are probabilities already");
            case "LogSoftmax" ->
                Choice.of(
                        Activation.SOFTMAX,
                        "the graph ends in LogSoftmax, and softmax turns log-probabilities back into probabilities");
            case "Sigmoid" ->
                Choice.open(
                        "the graph ends in Sigmoid, and the gate applies that itself: export the model without its last Sigmoid and pack it with --activation sigmoid");
            default -> fromAnswers(trial);
        };
    }

    private static Choice<Activation> fromAnswers(Trial trial) {
        List<double[]> rows = trial.rows();
        if (rows.isEmpty()) {
            return Choice.of(
                    Activation.SOFTMAX,
                    "the usual case; it could not be tried: " + trial.trouble().orElse("no answers"));
        }
        if (rows.getFirst().length == 1) {
            return Choice.of(Activation.SIGMOID, "a single number, so the logit of the second of two classes");
        }
        if (rows.stream().allMatch(ActivationChoice::isDistribution)) {
            return Choice.of(
                    Activation.NONE,
                    "%d random inputs gave numbers from 0 to 1 with sum 1, so probabilities".formatted(rows.size()));
        }
        return Choice.of(
                Activation.SOFTMAX,
                String.format(
                        Locale.ROOT,
                        "%d random inputs gave numbers from %.3g to %.3g that are no probabilities, so logits",
                        rows.size(),
                        rows.stream().flatMapToDouble(Arrays::stream).min().orElse(0),
                        rows.stream().flatMapToDouble(Arrays::stream).max().orElse(0)));
    }

    private static boolean isDistribution(double[] row) {
        Reading reading = Reading.of(row);
        reading.activate(Activation.NONE, 1, row.length);
        return reading.isUsable();
    }
}
