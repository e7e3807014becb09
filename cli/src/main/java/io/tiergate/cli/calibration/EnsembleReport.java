package io.tiergate.cli.calibration;

import io.tiergate.cli.Figures;
import io.tiergate.ensemble.Adjudication;
import io.tiergate.model.EnsembleManifest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Tells a person what a limit of an ensemble's adjudication costs, and what it is worth. */
final class EnsembleReport {
    private final EnsembleOptions options;
    private final AdjudicationLimit limit;
    private final PrintWriter out;
    private Optional<AdjudicationChoice.Certified> certified = Optional.empty();

    EnsembleReport(EnsembleOptions options, AdjudicationLimit limit, PrintWriter out) {
        this.options = options;
        this.limit = limit;
        this.out = out;
    }

    /** The choice was made by a target risk. */
    void certified(AdjudicationChoice.Certified found) {
        this.certified = Optional.of(found);
    }

    /**
     * @param fitted members at their new temperatures
     * @param images all of them
     * @param choosing those that the table is about
     */
    void print(EnsembleManifest manifest, List<EnsembleManifest.Member> fitted, int images, int choosing) {
        line(
                "images",
                "%,d: temperatures fitted to %,d, all else by the other %,d",
                images,
                images - choosing,
                choosing);
        if (!manifest.activation().givesLogits()) {
            line("temperatures", "left as they are: the members give no logits of classes that exclude each other");
            return;
        }
        for (int m = 0; m < fitted.size(); m++) {
            line(
                    m == 0 ? "temperatures" : "",
                    "%s: %s, was %s",
                    fitted.get(m).file(),
                    fitted.get(m).temperature(),
                    manifest.members().get(m).temperature());
        }
    }

    /** @param choice among the opinions at the temperatures as they were */
    void printBefore(Adjudication rules, AdjudicationChoice choice) {
        OptionalDouble now = limit == AdjudicationLimit.MAX_ENTROPY ? rules.maxEntropy() : rules.minConfidence();
        if (now.isPresent()) {
            Shares shares = choice.at(now.getAsDouble()).shares();
            line(
                    "before",
                    "%s %.6f: %s to people; of what the ensemble decides alone %s is right",
                    limit.word(),
                    now.getAsDouble(),
                    estimate(shares.people()),
                    estimate(shares.accuracy()));
        }
    }

    void printChoice(AdjudicationChoice choice, AdjudicationChoice.Candidate chosen) {
        out.println();
        row("", limit.word(), "to people", "right of what the ensemble decides alone");
        for (AdjudicationChoice.Candidate candidate : choice.shown(chosen)) {
            row(
                    candidate.equals(chosen) ? "*" : "",
                    String.format(Locale.ROOT, "%.6f", candidate.limit()),
                    estimate(candidate.shares().people()),
                    estimate(candidate.shares().accuracy()));
        }
        out.println();
        line(
                "chosen",
                "%s %.6f: %,d of %,d images to people; %,d of the other %,d are wrong",
                limit.word(),
                chosen.limit(),
                chosen.shares().of() - chosen.shares().alone(),
                chosen.shares().of(),
                chosen.shares().errors(),
                chosen.shares().alone());
        line("why", "%s", certified.map(this::promise).orElseGet(this::wish));
        line(
                "",
                "an edge sends what it doubts: with such samples alone, more go to people, and fewer answers are right");
    }

    private String promise(AdjudicationChoice.Certified found) {
        return String.format(
                Locale.ROOT,
                "the fewest for people at which, on data like these, what the ensemble decides alone is wrong in at most %s, with %s confidence (upper bound %.3f %%)",
                Figures.finePercent(found.targetRisk()),
                Figures.finePercent(options.confidence()),
                100 * found.bound());
    }

    private String wish() {
        return "the laxest that sends people at most %s (--people-share); nothing is promised about the rest"
                .formatted(Figures.finePercent(options.peopleShare().orElseThrow()));
    }

    /** @param file empty for a dry run */
    void printWritten(Optional<Path> file) {
        line("manifest", "%s", file.map(Path::toString).orElse("left as it is (--dry-run)"));
    }

    private void row(String mark, String first, String second, String third) {
        out.println(String.format(Locale.ROOT, "%1s %14s   %-30s %s", mark, first, second, third)
                .stripTrailing());
    }

    private static String estimate(Shares.Estimate estimate) {
        return Double.isFinite(estimate.value())
                ? String.format(
                        Locale.ROOT,
                        "%.2f %% (95 %%: %.2f to %.2f)",
                        100 * estimate.value(),
                        100 * estimate.low(),
                        100 * estimate.high())
                : "-";
    }

    private void line(String name, String format, Object... values) {
        out.println(String.format(Locale.ROOT, "%-20s ", name) + String.format(Locale.ROOT, format, values));
    }
}
