package io.tiergate.edge.api;

import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.SampleAnswer;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferResponse;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes the gate's decisions into a response. All values are strings, because many clients know no others; rows are separated by commas. */
final class ResponseParameters {
    private ResponseParameters() {}

    static void write(Answer answer, ModelInferResponse.Builder response) {
        put(response, "tiergate.model_digest", answer.model().digest());
        List<SampleAnswer> samples = answer.samples();
        if (samples.isEmpty()) {
            return;
        }
        put(response, "tiergate.decision", rows(samples, sample -> sample.decision()
                .name()));
        put(
                response,
                "tiergate.confidence",
                rows(samples, sample -> String.valueOf(sample.edge().score())));
        put(response, "tiergate.threshold", rows(samples, sample -> String.valueOf(sample.threshold())));
        put(response, "tiergate.label", rows(samples, SampleAnswer::label));
        put(response, "tiergate.tier", rows(samples, sample -> Tiers.of(sample)
                .name()
                .substring("TIER_".length())
                .toLowerCase(java.util.Locale.ROOT)));
        put(response, "tiergate.reason", rows(samples, SampleAnswer::reason));
        put(response, "tiergate.provisional", rows(samples, sample -> String.valueOf(sample.isProvisional())));
        if (samples.stream().anyMatch(sample -> sample.escalationId().isPresent())) {
            put(response, "tiergate.escalation_id", rows(samples, sample -> sample.escalationId()
                    .orElse("")));
        }
    }

    private static String rows(List<SampleAnswer> samples, Function<SampleAnswer, String> value) {
        return samples.stream().map(value).collect(Collectors.joining(","));
    }

    private static void put(ModelInferResponse.Builder response, String key, String value) {
        response.putParameters(
                key, InferParameter.newBuilder().setStringParam(value).build());
    }
}
