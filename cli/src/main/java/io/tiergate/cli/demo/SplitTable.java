package io.tiergate.cli.demo;

import io.tiergate.cli.Figures;
import io.tiergate.cli.Terminal;
import java.util.Locale;
import java.util.function.Function;

/** Prints two runs on the same images side by side: one sent the images, one the features that the edge made of them. */
final class SplitTable {
    private static final String ROW = "  %-26s%20s%20s";

    private SplitTable() {}

    /** @param noun what was sent, in the plural */
    static void print(ModelReplay.Result ordinary, ModelReplay.Result split, String noun, Terminal terminal) {
        terminal.say("");
        terminal.say(
                ROW,
                "the same %s through".formatted(noun),
                ordinary.model().name(),
                split.model().name());
        terminal.say(ROW, "what leaves the edge", "the image", "features");
        row(terminal, ordinary, split, "escalated", report -> count(report.escalated()));
        row(terminal, ordinary, split, "bytes sent to the cloud", report -> count(report.bytesEscalated()));
        row(terminal, ordinary, split, "bytes for each sent", report -> count(bytesEach(report)));
        row(terminal, ordinary, split, "edge alone", report -> Figures.percent(report.edgeAccuracy()));
        row(terminal, ordinary, split, "edge and cloud", report -> Figures.percent(report.tieredAccuracy()));
        row(terminal, ordinary, split, "wait for a person", report -> count(report.humanReviewPending()));
        row(terminal, ordinary, split, "lost", report -> count(report.verdictsLost()));
        terminal.say("");
        terminal.say("%s", words(ordinary.report(), split.report()));
    }

    static String words(Report ordinary, Report split) {
        String share = ordinary.bytesEscalated() == 0
                ? ""
                : String.format(Locale.ROOT, " (%.0f %%)", 100.0 * split.bytesEscalated() / ordinary.bytesEscalated());
        return "With features in place of images %s were sent%s, and accuracy was %s instead of %s.%s"
                .formatted(
                        Figures.bytes(split.bytesEscalated(), "instead of", ordinary.bytesEscalated()),
                        share,
                        Figures.percent(split.tieredAccuracy()),
                        Figures.percent(ordinary.tieredAccuracy()),
                        split.isSuccess() ? "" : " Not everything went well with the features.");
    }

    private static void row(
            Terminal terminal,
            ModelReplay.Result ordinary,
            ModelReplay.Result split,
            String name,
            Function<Report, String> value) {
        terminal.say(ROW, name, value.apply(ordinary.report()), value.apply(split.report()));
    }

    private static long bytesEach(Report report) {
        return report.requests() == 0 ? 0 : Math.round((double) report.bytesIfAllSent() / report.requests());
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
