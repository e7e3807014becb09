package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as a person reads it in a terminal. */
final class BenchTable {
    private final Findings findings;
    private final Comparison comparison;

    BenchTable(Findings findings, Comparison comparison) {
        this.findings = findings;
        this.comparison = comparison;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        Map<String, Double> limits = comparison.limits();
        if (!limits.isEmpty() || !findings.subjects.isEmpty()) {
            addSpeeds(lines, limits);
            lines.add("");
        }
        comparison.ratios().forEach((name, ratio) -> line(lines, "%-46s %10.3f", name, ratio));
        findings.others.forEach((measurement, found) -> lines.add(other(measurement, found)));
        findings.leftOut.forEach(
                (measurement, reason) -> lines.add("Left out: " + measurement.title() + ", since " + reason));
        return lines;
    }

    private void addSpeeds(List<String> lines, Map<String, Double> limits) {
        line(
                lines,
                "%-30s %12s %12s %26s %26s",
                "",
                "samples/s",
                "of the limit",
                "p50 / p99 ms at a tenth",
                "p99 ms at most load");
        limit(lines, limits, "the model alone, batch 1", "model_batch1_per_s");
        limit(lines, limits, "the model alone, batch " + findings.model.bestBatch, "model_best_batch_per_s");
        findings.subjects.keySet().forEach(subject -> lines.add(row(subject, limits)));
        limit(lines, limits, "limit: echo and model", "composed_per_s");
    }

    private static void limit(List<String> lines, Map<String, Double> limits, String title, String name) {
        if (limits.containsKey(name)) {
            line(lines, "%-30s %,12.0f", title, limits.get(name));
        }
    }

    private String row(Measurement subject, Map<String, Double> limits) {
        double throughput = Spread.median(findings.throughput(subject));
        String ofLimit = limits.containsKey("composed_per_s") && subject != Measurement.ECHO
                ? String.format(Locale.ROOT, "%.0f %%", 100 * throughput / limits.get("composed_per_s"))
                : "";
        List<LoadResult> tenth = findings.atATenth(subject);
        String atATenth = tenth.isEmpty() ? "" : millis(tenth, "p50") + " / " + millis(tenth, "p99");
        List<Findings.AtRate> rates = findings.subject(subject).atRates;
        String atMost = rates.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%s at %,.0f/s",
                        millis(rates.getLast().rounds, "p99"),
                        rates.getLast().ratePerSecond);
        return String.format(
                Locale.ROOT, "%-30s %,12.0f %12s %26s %26s", subject.title(), throughput, ofLimit, atATenth, atMost);
    }

    private static String millis(List<LoadResult> rounds, String percentile) {
        return String.format(
                Locale.ROOT,
                "%.2f",
                Spread.median(rounds.stream()
                        .map(round -> round.latencyMillis("answered", percentile))
                        .toList()));
    }

    private static String other(Measurement measurement, ObjectNode found) {
        List<String> parts = new ArrayList<>();
        found.properties().forEach(field -> {
            if (field.getValue().isNumber()) {
                parts.add(field.getKey() + " "
                        + (field.getValue().isIntegralNumber()
                                ? field.getValue().asText()
                                : String.format(
                                        Locale.ROOT, "%.2f", field.getValue().asDouble())));
            }
        });
        return measurement.title() + ": " + String.join(", ", parts);
    }

    private static void line(List<String> lines, String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments).stripTrailing());
    }
}
