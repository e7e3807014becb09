package io.tiergate.cli.demo;

import io.tiergate.cli.Figures;
import java.util.Locale;

/** Says in a few sentences what a report says in figures. */
final class ClosingWords {
    private ClosingWords() {}

    /** @param noun what was sent, in the plural */
    static String of(Report report, String noun) {
        String result = report.isSuccess() ? kept(report) : broken(report);
        return decided(report, noun) + " " + accuracy(report) + " " + result + " " + saved(report);
    }

    private static String decided(Report report, String noun) {
        String checks = report.audited() == 0 ? "" : format(", and %,d more to check on the edge", report.audited());
        return format(
                "Of %,d %s the edge decided %,d in %s (median); %,d went to the cloud%s.%s",
                report.requests(),
                noun,
                report.accepted(),
                Figures.milliseconds(report.edgeLatencyMs().p50()),
                report.escalated(),
                checks,
                rest(report));
    }

    /** Decisions that are rare, and left out where they did not occur. */
    private static String rest(Report report) {
        return (report.resolved() == 0 ? "" : format(" %,d had a verdict already.", report.resolved()))
                + (report.localOnly() == 0 ? "" : format(" %,d were doubtful, but may not leave.", report.localOnly()))
                + (report.shed() == 0 ? "" : format(" %,d were doubtful, but not sent, over budget.", report.shed()));
    }

    private static String accuracy(Report report) {
        String before = Figures.percent(report.edgeAccuracy());
        String after = Figures.percent(report.tieredAccuracy());
        if (before.equals(after)) {
            return format("Accuracy stayed at %s.", before);
        }
        return format(
                "Accuracy %s from %s to %s.",
                report.tieredAccuracy() > report.edgeAccuracy() ? "rose" : "fell", before, after);
    }

    private static String kept(Report report) {
        return format("%s; nothing was lost.", waiting(report.humanReviewPending()));
    }

    private static String waiting(int pending) {
        return switch (pending) {
            case 0 -> "None waits for a person";
            case 1 -> "1 waits for a person";
            default -> format("%,d wait for a person", pending);
        };
    }

    private static String broken(Report report) {
        return format(
                "%s. Not everything went well: of %,d requests %,d failed; of %,d samples promised to the cloud %,d were lost, %,d rejected, %,d expired, %,d evicted.",
                waiting(report.humanReviewPending()),
                report.requests(),
                report.errors(),
                report.escalated() + report.audited(),
                report.verdictsLost(),
                report.rejected(),
                report.expired(),
                report.evicted());
    }

    private static String saved(Report report) {
        return report.bytesIfAllSent() == 0
                ? "Nothing was sent."
                : format(
                        "%s were sent, %.0f %%.",
                        Figures.bytes(report.bytesEscalated(), "of", report.bytesIfAllSent()),
                        100.0 * report.bytesEscalated() / report.bytesIfAllSent());
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
