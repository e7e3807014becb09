package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Answers of a load generator that never ran. */
final class LoadResults {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private LoadResults() {}

    /** Of a server without gate. */
    static LoadResult ungated(double perSecond, double p50Millis, double p99Millis) {
        ObjectNode json = counts(perSecond, "ungated");
        latencies(json, "answered", p50Millis, p99Millis);
        latencies(json, "ungated", p50Millis, p99Millis);
        return new LoadResult(json);
    }

    /** Of a gate that accepts most and escalates some. */
    static LoadResult gated(double perSecond, double p50Millis, double p99Millis, double escalatedP99Millis) {
        ObjectNode json = counts(perSecond, "accepted");
        json.put("escalated", 10);
        latencies(json, "answered", p50Millis, escalatedP99Millis);
        latencies(json, "accepted", p50Millis, p99Millis);
        latencies(json, "escalated", p50Millis, escalatedP99Millis);
        return new LoadResult(json);
    }

    private static ObjectNode counts(double perSecond, String answered) {
        ObjectNode json = MAPPER.createObjectNode();
        for (String outcome : List.of("accepted", "escalated", "ungated", "shed", "refused", "expired", "failed")) {
            json.put(outcome, outcome.equals(answered) ? 100 : 0);
        }
        json.put("answers_per_s", perSecond);
        json.put("in_time_per_s", perSecond);
        percentiles(json.putObject("lag_ms"), 0.05, 0.2);
        json.putObject("latency_ms");
        return json;
    }

    private static void latencies(ObjectNode json, String outcome, double p50Millis, double p99Millis) {
        percentiles(((ObjectNode) json.get("latency_ms")).putObject(outcome), p50Millis, p99Millis);
    }

    private static void percentiles(ObjectNode node, double p50Millis, double p99Millis) {
        node.put("p50", p50Millis)
                .put("p90", p50Millis)
                .put("p99", p99Millis)
                .put("p999", p99Millis)
                .put("max", p99Millis);
    }
}
