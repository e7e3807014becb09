package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** Three rounds of everything, with numbers that can be worked out by hand. */
final class FindingsFixture {
    private FindingsFixture() {}

    static Findings complete() {
        Findings findings = new Findings();
        findings.model.bestBatch = 8;
        findings.model.batch1PerSecond.addAll(List.of(900.0, 1_000.0, 1_200.0));
        findings.model.bestBatchPerSecond.addAll(List.of(3_000.0, 2_000.0, 4_000.0));
        findings.model.batch1Millis.addAll(List.of(0.5, 0.5, 1.0));
        throughput(findings, Measurement.ECHO, 6_000, 2_000, 4_000);
        throughput(findings, Measurement.AFTERNOON, 500, 250, 1_000);
        throughput(findings, Measurement.NODE, 200, 100, 400);
        throughput(findings, Measurement.PLAIN, 1_600, 900, 1_500);
        throughput(findings, Measurement.GATED, 1_000, 750, 1_000);
        atATenth(
                findings,
                Measurement.ECHO,
                LoadResults.ungated(100, 1, 2),
                LoadResults.ungated(100, 1, 4),
                LoadResults.ungated(100, 2, 3));
        atATenth(
                findings,
                Measurement.GATED,
                LoadResults.gated(100, 2, 3, 6),
                LoadResults.gated(100, 2, 4, 8),
                LoadResults.gated(100, 3, 6, 5));
        findings.disk.p50Millis.addAll(List.of(1.0, 1.0, 1.0));
        findings.disk.p99Millis.addAll(List.of(4.0, 2.0, 1.0));
        ObjectMapper mapper = new ObjectMapper();
        findings.others.put(
                Measurement.OVERLOAD, mapper.valueToTree(Map.of("capacity_per_s", 800.0, "goodput_per_s", 760.0)));
        findings.others.put(Measurement.SWAP, mapper.valueToTree(Map.of("swaps", 1_000, "failed", 0)));
        findings.others.put(Measurement.FOOTPRINT, mapper.valueToTree(Map.of("rss_idle_mib", 200.5, "start_s", 2.25)));
        return findings;
    }

    private static void throughput(Findings findings, Measurement measurement, double... rounds) {
        for (double perSecond : rounds) {
            findings.subject(measurement).atFullLoad.add(LoadResults.ungated(perSecond, 10, 20));
        }
    }

    private static void atATenth(Findings findings, Measurement measurement, LoadResult... rounds) {
        Findings.AtRate at = new Findings.AtRate(BenchLength.TENTH, 100);
        at.rounds.addAll(List.of(rounds));
        findings.subject(measurement).atRates.add(at);
    }
}
