package io.tiergate.cli.demo;

import io.tiergate.cli.Figures;
import io.tiergate.cli.Terminal;
import io.tiergate.local.Part;
import java.util.Map;

/** Prints a report for people. */
final class ResultTable {
    private ResultTable() {}

    /** @param noun what was sent, in the plural */
    static void print(Report report, String noun, Map<Part, Integer> restarts, Terminal terminal) {
        terminal.say("");
        row(terminal, "requests", "%,d in %.1f s, %,d failed", report.requests(), report.durationS(), report.errors());
        row(
                terminal,
                "accepted at the edge",
                "%,d (%s), of them audited %,d",
                report.accepted(),
                Figures.percent(report.accepted(), report.requests()),
                report.audited());
        row(
                terminal,
                "escalated",
                "%,d (%s)",
                report.escalated(),
                Figures.percent(report.escalated(), report.requests()));
        row(
                terminal,
                "other decisions",
                "local only %,d, shed %,d, resolved %,d",
                report.localOnly(),
                report.shed(),
                report.resolved());
        row(
                terminal,
                "verdicts",
                "%,d, delivered twice %,d, lost %,d",
                report.verdicts(),
                report.verdictsDuplicated(),
                report.verdictsLost());
        row(
                terminal,
                "wait for a person",
                "%,d (%s of what was sent)",
                report.humanReviewPending(),
                Figures.percent(report.humanReviewPending(), report.escalated() + report.audited()));
        row(
                terminal,
                "rejected/expired/evicted",
                "%,d / %,d / %,d",
                report.rejected(),
                report.expired(),
                report.evicted());
        row(terminal, "retraining records", "%,d, dead letters %,d", report.retrainingRecords(), report.deadLetters());
        row(
                terminal,
                "accuracy",
                "edge alone %.2f %%, accepted answers %.2f %%, edge and cloud %.2f %%",
                100 * report.edgeAccuracy(),
                100 * report.acceptedAccuracy(),
                100 * report.tieredAccuracy());
        row(terminal, "edge latency", latency(report.edgeLatencyMs()));
        row(terminal, "verdict latency", latency(report.verdictLatencyMs()));
        row(
                terminal,
                "bytes sent to the cloud",
                "%,d of %,d if all had been sent (%s)",
                report.bytesEscalated(),
                report.bytesIfAllSent(),
                Figures.percent(report.bytesEscalated(), report.bytesIfAllSent()));
        row(terminal, "started again", restarts.toString().toLowerCase(java.util.Locale.ROOT));
        row(terminal, "edge model", report.versions().edgeModel());
        row(terminal, "ensemble", String.join(", ", report.versions().ensemble()));
        terminal.say("");
        terminal.say("%s", ClosingWords.of(report, noun));
    }

    private static void row(Terminal terminal, String name, String format, Object... values) {
        terminal.say("  %-26s%s", name, String.format(java.util.Locale.ROOT, format, values));
    }

    private static String latency(Percentiles milliseconds) {
        return String.format(
                java.util.Locale.ROOT,
                "p50 %.2f ms, p95 %.2f ms, p99 %.2f ms",
                milliseconds.p50(),
                milliseconds.p95(),
                milliseconds.p99());
    }
}
