package io.tiergate.cloud.inference;

import io.tiergate.cloud.adjudication.ServedEnsemble;
import io.tiergate.ensemble.Opinion;
import io.tiergate.gate.Reasons;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.Prediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The answer to one call, as the protocol carries it. A row on which no quorum of members answered has NaN for every probability, no
 * label, and confidence 0: whoever reads the numbers alone cannot take it for an answer.
 *
 * @param opinions one a row
 */
record EnsembleAnswer(ServedEnsemble model, List<Opinion> opinions) {
    /** Reason of an answer that stands although a member gave none. */
    private static final String DEGRADED = "degraded";

    /**
     * @param outputs names of the outputs to return, of which there is but one
     */
    Prediction toPrediction(List<String> outputs) {
        Tensor probabilities = probabilities();
        return new Prediction(outputs.stream().map(output -> probabilities).toList(), parameters());
    }

    private Tensor probabilities() {
        int labels = manifest().labels().size();
        float[] values = new float[opinions.size() * labels];
        for (int i = 0; i < values.length; i++) {
            Opinion opinion = opinions.get(i / labels);
            values[i] = opinion.hasQuorum() ? (float) opinion.distribution().get(i % labels) : Float.NaN;
        }
        return Tensor.ofFloats(ServedEnsemble.PROBABILITIES, Shape.of(opinions.size(), labels), values);
    }

    /** Texts, with the rows separated by commas, as the edge writes its own. */
    private Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("tiergate.model_digest", model.digest());
        parameters.put("tiergate.label", rows(this::label));
        parameters.put("tiergate.confidence", rows(opinion -> String.valueOf(confidence(opinion))));
        parameters.put("tiergate.tier", rows(opinion -> "cloud"));
        parameters.put("tiergate.reason", rows(this::reason));
        parameters.put(
                "tiergate.provisional",
                rows(opinion -> String.valueOf(doubt(opinion).isPresent())));
        return parameters;
    }

    private String rows(Function<Opinion, String> value) {
        return opinions.stream().map(value).collect(Collectors.joining(","));
    }

    private String label(Opinion opinion) {
        return opinion.hasQuorum() ? manifest().labels().get(opinion.top()) : "";
    }

    private static double confidence(Opinion opinion) {
        return opinion.hasQuorum() ? opinion.distribution().get(opinion.top()) : 0;
    }

    private String reason(Opinion opinion) {
        return doubt(opinion).orElse(opinion.degraded() ? DEGRADED : Reasons.CONFIDENT);
    }

    /** Why a person would have to decide, had this been an escalation. */
    private Optional<String> doubt(Opinion opinion) {
        return manifest().adjudication().doubt(opinion);
    }

    private EnsembleManifest manifest() {
        return model.ensemble().manifest();
    }
}
