package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The report as other programs read it. Rates are a second, latencies milliseconds. */
final class BenchReport {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<Measurement> SUBJECTS =
            List.of(Measurement.AFTERNOON, Measurement.NODE, Measurement.PLAIN, Measurement.GATED);
    private static final List<String> OUTCOMES =
            List.of("accepted", "escalated", "ungated", "shed", "refused", "expired", "failed");
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p999", "max");

    private BenchReport() {}

    static ObjectNode of(Findings findings, Comparison comparison, ObjectNode machine, BenchLength length) {
        ObjectNode report = MAPPER.createObjectNode();
        report.set("machine", machine);
        report.put("length", length.name());
        report.put("rounds", length.rounds());
        report.put("message_bytes", findings.messageBytes);
        report.set("limits", MAPPER.valueToTree(comparison.limits()));
        ObjectNode subjects = report.putObject("subjects");
        for (Measurement subject : SUBJECTS) {
            if (findings.subjects.containsKey(subject)) {
                subjects.set(subject.key(), subject(findings.subjects.get(subject)));
            }
        }
        report.set("ratios", MAPPER.valueToTree(comparison.ratios()));
        findings.others.forEach((measurement, found) -> report.set(measurement.key(), found));
        report.set("baselines", baselines(findings));
        ObjectNode leftOut = report.putObject("left_out");
        findings.leftOut.forEach((measurement, reason) -> leftOut.put(measurement.key(), reason));
        return report;
    }

    static void write(Path file, ObjectNode report) throws IOException {
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), report);
    }

    /** What the limits and ratios are made of. */
    private static ObjectNode baselines(Findings findings) {
        ObjectNode baselines = MAPPER.createObjectNode();
        if (!findings.model.batch1PerSecond.isEmpty()) {
            ObjectNode model = baselines.putObject("model");
            model.put("best_batch", findings.model.bestBatch);
            model.set("batch1_per_s", spread(findings.model.batch1PerSecond));
            model.set("best_batch_per_s", spread(findings.model.bestBatchPerSecond));
            model.set("batch1_ms", spread(findings.model.batch1Millis));
        }
        if (findings.subjects.containsKey(Measurement.ECHO)) {
            baselines.set(Measurement.ECHO.key(), subject(findings.subjects.get(Measurement.ECHO)));
        }
        if (!findings.disk.p99Millis.isEmpty()) {
            ObjectNode disk = baselines.putObject("append_fsync_ms");
            disk.set("p50", spread(findings.disk.p50Millis));
            disk.set("p99", spread(findings.disk.p99Millis));
        }
        return baselines;
    }

    private static ObjectNode subject(Findings.OfSubject found) {
        ObjectNode subject = MAPPER.createObjectNode();
        subject.set("throughput_per_s", spread(found.throughput()));
        subject.set("outcomes", outcomes(found.atFullLoad));
        ArrayNode latency = subject.putArray("latency");
        for (Findings.AtRate at : found.atRates) {
            latency.add(atRate(at));
        }
        return subject;
    }

    private static ObjectNode atRate(Findings.AtRate at) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("load", at.load);
        node.put("rate_per_s", at.ratePerSecond);
        node.set("outcomes", outcomes(at.rounds));
        node.set(
                "generator_lag_p99_ms",
                spread(at.rounds.stream().map(round -> round.lagMillis("p99")).toList()));
        node.set("answered_ms", percentiles(at.rounds, "answered"));
        for (String outcome : List.of("accepted", "escalated")) {
            if (at.rounds.stream().allMatch(round -> round.has(outcome))) {
                node.set(outcome + "_ms", percentiles(at.rounds, outcome));
            }
        }
        return node;
    }

    private static ObjectNode percentiles(List<LoadResult> rounds, String outcome) {
        ObjectNode node = MAPPER.createObjectNode();
        for (String percentile : PERCENTILES) {
            node.set(
                    percentile,
                    spread(rounds.stream()
                            .map(round -> round.latencyMillis(outcome, percentile))
                            .toList()));
        }
        return node;
    }

    /** Of all rounds together; those that did not happen are absent, except failures. */
    private static ObjectNode outcomes(List<LoadResult> rounds) {
        ObjectNode node = MAPPER.createObjectNode();
        for (String outcome : OUTCOMES) {
            long count =
                    rounds.stream().mapToLong(round -> round.count(outcome)).sum();
            if (count > 0 || outcome.equals("failed")) {
                node.put(outcome, count);
            }
        }
        return node;
    }

    private static ObjectNode spread(List<Double> rounds) {
        ObjectNode node = MAPPER.valueToTree(Spread.of(rounds));
        ArrayNode all = node.putArray("rounds");
        rounds.forEach(all::add);
        return node;
    }

    /** The subjects that have latencies, by their titles, the echo among them. */
    static Map<String, Findings.OfSubject> withLatencies(Findings findings) {
        Map<String, Findings.OfSubject> found = new java.util.LinkedHashMap<>();
        Stream.concat(Stream.of(Measurement.ECHO), SUBJECTS.stream())
                .filter(findings.subjects::containsKey)
                .filter(subject -> !findings.subjects.get(subject).atRates.isEmpty())
                .forEach(subject -> found.put(subject.title(), findings.subjects.get(subject)));
        return found;
    }
}
