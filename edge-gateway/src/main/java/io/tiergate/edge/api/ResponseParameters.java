package io.tiergate.edge.api;

import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.SampleAnswer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The gate's decisions as response parameters; rows are separated by commas. */
final class ResponseParameters {
    private ResponseParameters() {}

    static Map<String, String> of(Answer answer) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("tiergate.model_digest", answer.model().digest());
        List<SampleAnswer> samples = answer.samples();
        if (samples.isEmpty()) {
            return parameters;
        }
        parameters.put(
                "tiergate.decision", rows(samples, sample -> sample.decision().name()));
        parameters.put(
                "tiergate.confidence",
                rows(samples, sample -> String.valueOf(sample.edge().score())));
        parameters.put("tiergate.threshold", rows(samples, sample -> String.valueOf(sample.threshold())));
        parameters.put("tiergate.label", rows(samples, SampleAnswer::label));
        parameters.put("tiergate.tier", rows(samples, sample -> Tiers.of(sample)
                .name()
                .substring("TIER_".length())
                .toLowerCase(java.util.Locale.ROOT)));
        parameters.put("tiergate.reason", rows(samples, SampleAnswer::reason));
        parameters.put("tiergate.provisional", rows(samples, sample -> String.valueOf(sample.isProvisional())));
        if (samples.stream().anyMatch(sample -> sample.escalationId().isPresent())) {
            parameters.put("tiergate.escalation_id", rows(samples, sample -> sample.escalationId()
                    .orElse("")));
        }
        return parameters;
    }

    private static String rows(List<SampleAnswer> samples, Function<SampleAnswer, String> value) {
        return samples.stream().map(value).collect(Collectors.joining(","));
    }
}
