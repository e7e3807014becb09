package io.tiergate.model;

import io.tiergate.gate.Confidence;
import io.tiergate.gate.GateRules;
import io.tiergate.image.Preprocessing;
import java.util.List;
import java.util.Optional;

/**
 * The manifest of a model that answers at the edge.
 *
 * @param inputNames all inputs of the model: a sample is one tensor of each
 * @param outputName the output that the gate looks at
 * @param gate absent: the model is served without a gate
 * @param escalation absent: doubtful samples stay local
 * @param preprocessing how a picture becomes the input; absent: only tensors are taken
 */
public record EdgeManifest(
        String name,
        List<String> inputNames,
        String outputName,
        List<String> labels,
        Confidence confidence,
        Optional<GateRules> gate,
        Optional<Escalation> escalation,
        Optional<Preprocessing> preprocessing,
        Optional<Display> display)
        implements Manifest {
    public EdgeManifest {
        inputNames = List.copyOf(inputNames);
        labels = List.copyOf(labels);
    }

    /**
     * Where doubtful samples go and with what.
     *
     * @param ensemble name of the ensemble package that decides
     */
    public record Escalation(String ensemble, Payload payload) {}
}
