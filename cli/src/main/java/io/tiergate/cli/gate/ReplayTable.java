package io.tiergate.cli.gate;

import io.tiergate.cli.Figures;
import io.tiergate.cli.calibration.Tiers;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints a replay's result for people. */
final class ReplayTable {
    private final ReplayReport report;
    private final Tiers tiers;

    ReplayTable(ReplayReport report, Tiers tiers) {
        this.report = report;
        this.tiers = tiers;
    }

    void print(PrintWriter out) {
        line(
                out,
                "replayed",
                "%,d requests to %s under %s, seed %d",
                report.requests(),
                tiers.modelPackage(),
                report.policy(),
                report.seed());
        line(
                out,
                "accepted",
                "%s (%,d); threshold %s, at the end %s",
                Figures.percent(report.coverage()),
                report.accepted(),
                number(report.thresholdStart()),
                number(report.thresholdEnd()));
        if (report.certifiedCoverage() != null) {
            line(out, "", "%s at calibration", Figures.percent(report.certifiedCoverage()));
        }
        line(
                out,
                "escalated",
                "%s (%,d)%s",
                share(report.escalated()),
                report.escalated(),
                more("shed", report.shed()) + more("kept local", report.localOnly()));
        line(out, "audited", "%,d of the accepted", report.audited());
        line(
                out,
                "risk of accepted",
                "%s (%,d wrong)%s%s",
                percent(report.trueRisk()),
                report.wrongAccepted(),
                report.targetRisk() == null ? "" : ", target " + percent(report.targetRisk()),
                report.driftAt() == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; %,d wrong since the drift at %,d",
                                report.wrongAcceptedAfterDrift(),
                                report.driftAt()));
        if (report.targetRisk() != null) {
            line(
                    out,
                    "windows above it",
                    "%d of %d, beyond what chance explains",
                    report.violations(),
                    report.windows().size());
            line(out, "an oracle accepts", "%s at the target", percent(report.oracleCoverageAtTarget()));
        }
        line(out, "alarms", "%s", alarms());
        line(
                out,
                "accuracy",
                "%s; the edge alone %s%s",
                percent(report.tieredAccuracy()),
                percent(report.edgeAccuracy()),
                ensemble());
        line(out, "reasons", "%s", reasons());
    }

    private String ensemble() {
        return report.ensembleAccuracy() == null
                ? "; without --ensemble there are no verdicts, so the edge's answers stand"
                : String.format(
                        Locale.ROOT,
                        ", the ensemble alone %s; %,d reviewed by a person",
                        percent(report.ensembleAccuracy()),
                        report.reviewed());
    }

    private String alarms() {
        return report.alarms().isEmpty()
                ? "none"
                : report.alarms().stream()
                        .map(alarm -> String.format(Locale.ROOT, "%s at %,d", alarm.signal(), alarm.at()))
                        .collect(Collectors.joining(", "));
    }

    private String reasons() {
        return report.reasons().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(each -> String.format(Locale.ROOT, "%s %,d", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String share(int requests) {
        return Figures.percent(requests, report.requests());
    }

    private static String more(String what, int requests) {
        return requests == 0 ? "" : String.format(Locale.ROOT, ", %s %,d", what, requests);
    }

    private static String number(Double value) {
        return value == null ? "none (nothing is accepted)" : String.format(Locale.ROOT, "%.6f", value);
    }

    private static String percent(Double share) {
        return Figures.finePercent(share == null ? Double.NaN : share);
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.println(String.format(Locale.ROOT, "%-20s ", name) + String.format(Locale.ROOT, format, values));
    }
}
