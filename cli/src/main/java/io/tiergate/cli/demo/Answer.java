package io.tiergate.cli.demo;

import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferResponse;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What the edge answered to one request.
 *
 * @param label the answer
 * @param edgeLabel what the edge's own model said; another than the answer where an earlier verdict gave that
 * @param confidence the gate's score of it, as the edge wrote it
 * @param promise the escalation's id, for an escalated or audited sample
 * @param model the exact package, {@code name/version@digest}
 */
record Answer(
        Decision decision, String label, String edgeLabel, double confidence, Optional<String> promise, String model) {

    /** @throws IllegalArgumentException if the response does not carry the gate's parameters */
    static Answer of(ModelInferResponse response, List<String> labels) {
        Decision decision =
                Decision.valueOf(parameter(response, "tiergate.decision").orElse(""));
        String label = parameter(response, "tiergate.label")
                .orElseThrow(() -> new IllegalArgumentException("no tiergate.label in the response"));
        Optional<String> id = parameter(response, "tiergate.escalation_id").filter(text -> !text.isEmpty());
        return new Answer(
                decision,
                label,
                decision == Decision.RESOLVED ? topClass(response, labels) : label,
                Double.parseDouble(parameter(response, "tiergate.confidence").orElse("")),
                // The id of a resolved sample is an older promise, made and counted before.
                decision == Decision.RESOLVED ? Optional.empty() : id,
                response.getModelName() + "/" + response.getModelVersion() + "@"
                        + parameter(response, "tiergate.model_digest").orElse("unknown"));
    }

    boolean isAudited() {
        return decision == Decision.ACCEPTED && promise.isPresent();
    }

    private static Optional<String> parameter(ModelInferResponse response, String key) {
        return Optional.ofNullable(response.getParametersMap().get(key)).map(InferParameter::getStringParam);
    }

    private static String topClass(ModelInferResponse response, List<String> labels) {
        FloatBuffer scores = response.getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        int top = 0;
        for (int i = 1; i < scores.limit(); i++) {
            top = scores.get(i) > scores.get(top) ? i : top;
        }
        return labels.get(top);
    }
}
