package io.tiergate.cli.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * The numbers that are claimed and checked: this machine's limits, and how near the subjects come to them. A ratio is taken within each
 * round, between what was measured within the same minute, and its median over the rounds is published. What a left-out subject is
 * needed for is absent.
 */
final class Comparison {
    private static final double COUNT_DIGITS = 10;
    private static final double RATIO_DIGITS = 10_000;

    private final Findings findings;

    Comparison(Findings findings) {
        this.findings = findings;
    }

    /** Samples a second, by name. */
    Map<String, Double> limits() {
        Map<String, Double> limits = new LinkedHashMap<>();
        put(limits, "model_batch1_per_s", findings.model.batch1PerSecond);
        put(limits, "model_best_batch_per_s", findings.model.bestBatchPerSecond);
        put(limits, "grpc_echo_per_s", findings.throughput(Measurement.ECHO));
        if (limits.containsKey("model_best_batch_per_s") && limits.containsKey("grpc_echo_per_s")) {
            // Of the published values, so that a reader can check it.
            double composed = composed(limits.get("grpc_echo_per_s"), limits.get("model_best_batch_per_s"));
            limits.put("composed_per_s", rounded(composed, COUNT_DIGITS));
        }
        return limits;
    }

    private static void put(Map<String, Double> limits, String name, List<Double> rounds) {
        if (!rounds.isEmpty()) {
            limits.put(name, rounded(Spread.median(rounds), COUNT_DIGITS));
        }
    }

    /**
     * What a server could reach that does nothing but gRPC and the model, one after the other on the same processors: the times that a
     * sample takes of each add up.
     */
    static double composed(double echoPerSecond, double modelPerSecond) {
        return 1 / (1 / echoPerSecond + 1 / modelPerSecond);
    }

    /** By name. */
    Map<String, Double> ratios() {
        List<Double> plain = findings.throughput(Measurement.PLAIN);
        List<Double> gated = findings.throughput(Measurement.GATED);
        List<Double> limit =
                byRound(findings.throughput(Measurement.ECHO), findings.model.bestBatchPerSecond, Comparison::composed);
        List<LoadResult> echo = findings.atATenth(Measurement.ECHO);
        List<LoadResult> tenth = findings.atATenth(Measurement.GATED);
        Map<String, Double> ratios = new LinkedHashMap<>();
        ratio(ratios, "plain_to_limit", plain, limit);
        ratio(ratios, "gated_to_limit", gated, limit);
        ratio(ratios, "gated_to_afternoon", gated, findings.throughput(Measurement.AFTERNOON));
        ratio(ratios, "gated_to_node", gated, findings.throughput(Measurement.NODE));
        ratio(
                ratios,
                "accepted_p50_minus_echo_p50_in_model_times",
                minus(latencies(tenth, "accepted", "p50"), latencies(echo, "answered", "p50")),
                findings.model.batch1Millis);
        ratio(
                ratios,
                "accepted_p99_over_echo_p99",
                latencies(tenth, "accepted", "p99"),
                latencies(echo, "answered", "p99"));
        ratio(
                ratios,
                "escalated_p99_minus_echo_p99_in_fsync_p99",
                minus(latencies(tenth, "escalated", "p99"), latencies(echo, "answered", "p99")),
                findings.disk.p99Millis);
        if (findings.others.containsKey(Measurement.OVERLOAD)) {
            var overload = findings.others.get(Measurement.OVERLOAD);
            ratio(
                    ratios,
                    "goodput_at_1_5",
                    List.of(overload.get("goodput_per_s").asDouble()),
                    List.of(overload.get("capacity_per_s").asDouble()));
        }
        return ratios;
    }

    private static void ratio(Map<String, Double> ratios, String name, List<Double> above, List<Double> below) {
        List<Double> rounds = byRound(above, below, (a, b) -> a / b);
        // A subject that died in the middle has answered nothing.
        if (!rounds.isEmpty() && rounds.stream().allMatch(Double::isFinite)) {
            ratios.put(name, rounded(Spread.median(rounds), RATIO_DIGITS));
        }
    }

    private static List<Double> minus(List<Double> from, List<Double> what) {
        return byRound(from, what, (a, b) -> a - b);
    }

    /** Of each round in which there are both. */
    private static List<Double> byRound(List<Double> first, List<Double> second, DoubleBinaryOperator operator) {
        List<Double> rounds = new ArrayList<>();
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            rounds.add(operator.applyAsDouble(first.get(i), second.get(i)));
        }
        return rounds;
    }

    /** Of every round, or none if in one of them no call ended so: rounds must stay beside each other. */
    private static List<Double> latencies(List<LoadResult> rounds, String outcome, String percentile) {
        ToDoubleFunction<LoadResult> latency = round -> round.latencyMillis(outcome, percentile);
        return rounds.stream().allMatch(round -> round.has(outcome))
                ? rounds.stream().map(latency::applyAsDouble).toList()
                : List.of();
    }

    private static double rounded(double value, double digits) {
        return Math.round(value * digits) / digits;
    }
}
