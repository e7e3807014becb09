package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;

/** What the load generator says of one measurement. Latencies are milliseconds from when a call was due to its end. */
record LoadResult(JsonNode json) {
    /** Samples a second that were answered: accepted, escalated, or by a server without a gate. */
    double answersPerSecond() {
        return number("answers_per_s");
    }

    /** Samples a second that were answered within their deadline. */
    double inTimePerSecond() {
        return number("in_time_per_s");
    }

    /**
     * How many calls ended in one way.
     *
     * @param outcome {@code accepted}, {@code escalated}, {@code ungated}, {@code shed}, {@code refused}, {@code expired} or {@code failed}
     */
    long count(String outcome) {
        return required(json, outcome).asLong();
    }

    /** How many calls ended otherwise than with an answer. */
    long unanswered() {
        return count("shed") + count("refused") + count("expired") + count("failed");
    }

    /** Whether any call ended in this way. */
    boolean has(String outcome) {
        return json.path("latency_ms").has(outcome);
    }

    /**
     * @param outcome as for {@link #count}, or {@code answered} for all answers together
     * @param percentile {@code p50}, {@code p90}, {@code p99}, {@code p999} or {@code max}
     */
    double latencyMillis(String outcome, String percentile) {
        return required(required(required(json, "latency_ms"), outcome), percentile)
                .asDouble();
    }

    /** How much later than due the generator itself sent. */
    double lagMillis(String percentile) {
        return required(required(json, "lag_ms"), percentile).asDouble();
    }

    /** The first failure's own words; empty if there was none. */
    String firstFailure() {
        return json.path("first_failure").asText("");
    }

    private double number(String name) {
        return required(json, name).asDouble();
    }

    private static JsonNode required(JsonNode node, String name) {
        if (!node.has(name)) {
            throw new IllegalStateException("the load generator's answer has no '%s': %s".formatted(name, node));
        }
        return node.get(name);
    }
}
