package io.tiergate.edge.api;

import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.SampleAnswer;
import io.tiergate.proto.v1.Tier;
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
        parameters.put("tiergate.tier", rows(samples, sample -> word(Tiers.of(sample))));
        parameters.put("tiergate.reason", rows(samples, SampleAnswer::reason));
        parameters.put("tiergate.provisional", rows(samples, sample -> String.valueOf(sample.isProvisional())));
        // Where there is none, only the commas between are left.
        String ids = rows(samples, sample -> sample.escalationId().orElse(""));
        if (ids.length() >= samples.size()) {
            parameters.put("tiergate.escalation_id", ids);
        }
        return parameters;
    }

    private static String word(Tier tier) {
        return switch (tier) {
            case TIER_EDGE -> "edge";
            case TIER_CLOUD -> "cloud";
            case TIER_HUMAN -> "human";
            case TIER_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no tier: " + tier);
        };
    }

    private static String rows(List<SampleAnswer> samples, Function<SampleAnswer, String> value) {
        if (samples.size() == 1) {
            return value.apply(samples.get(0));
        }
        return samples.stream().map(value).collect(Collectors.joining(","));
    }
}
