package io.tiergate.cli.gate;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Figures;
import io.tiergate.cli.gate.LedgerHistory.Sent;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.control.RiskControl;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelPackage;
import io.tiergate.runtime.SessionSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Answers what a policy would have done, from a gateway's ledger, and says what cannot be known from it. */
public final class HistoryReplay {
    private final Path model;
    private final Path history;
    private final GateRules rules;
    private final PrintWriter out;

    /** @param history folder with a gateway's data */
    public HistoryReplay(Path model, Path history, GateRules rules, PrintWriter out) {
        this.model = model;
        this.history = history;
        this.rules = rules;
        this.out = out;
    }

    /** @throws CommandFailure if the policy has no threshold of its own, or the ledger knows nothing of the model */
    public void run() {
        ModelPackage found = new PackageAt("--model", model).edge();
        String score = ((EdgeManifest) found.manifest().orElseThrow())
                .confidence()
                .score()
                .word();
        if (!rules.classThresholds().isEmpty()
                || (rules.budget().limits() && !(rules.policy() instanceof GatePolicy.Budget))) {
            throw new CommandFailure(
                    "--history: thresholds by class and budgets are not imitated (expected: a policy without class-thresholds, max-escalation-rate and max-bytes-per-day)");
        }
        double threshold = threshold(found);
        List<Sent> all = LedgerHistory.read(history, found.name());
        List<Sent> comparable =
                all.stream().filter(each -> each.scoreName().equals(score)).toList();
        if (comparable.isEmpty()) {
            throw new CommandFailure(
                    "--history: %s has no samples of %s with the score %s (expected: some that were sent)"
                            .formatted(history, found.name(), score));
        }
        print(found, threshold, HistoryEstimate.of(comparable, threshold), all.size() - comparable.size());
    }

    private double threshold(ModelPackage found) {
        return switch (rules.policy()) {
            case GatePolicy.Fixed fixed -> fixed.threshold();
            case GatePolicy.Shadow shadow -> -Double.MAX_VALUE;
            case GatePolicy.Risk risk -> certified(found, risk);
            case GatePolicy.Budget budget ->
                throw new CommandFailure(
                        "--history: policy budget follows the scores, and the ledger does not have those of all samples (expected: fixed, risk or shadow)");
        };
    }

    private static double certified(ModelPackage found, GatePolicy.Risk asked) {
        try (EdgeModel opened = EdgeModel.open(found, SessionSettings.SINGLE_THREADED)) {
            Certificate certificate = opened.certificate()
                    .orElseThrow(() -> new CommandFailure(
                            "--history: %s has no certificate, and policy risk takes its threshold from it; make one with 'tiergate model calibrate'"
                                    .formatted(found)));
            Certificate.Terms terms = certificate.terms();
            if (terms.targetRisk() != asked.targetRisk().getAsDouble()
                    || terms.confidence() < asked.confidence().getAsDouble()) {
                throw new CommandFailure("--history: the certificate of %s is for risk:%s@%s (asked: risk:%s@%s)"
                        .formatted(
                                found,
                                terms.targetRisk(),
                                terms.confidence(),
                                asked.targetRisk().getAsDouble(),
                                asked.confidence().getAsDouble()));
            }
            return certificate.threshold().map(each -> each.threshold()).orElse(RiskControl.NOTHING);
        }
    }

    private void print(ModelPackage found, double threshold, HistoryEstimate estimate, int otherScores) {
        line(
                "history",
                "%,d samples of %s that were sent, %,d of them audits",
                estimate.sent(),
                found.name(),
                estimate.audits());
        line(
                "policy",
                "%s: threshold %s",
                PolicyText.words(rules),
                Double.isFinite(threshold) ? threshold : "none (nothing is accepted)");
        line("they stand for", "about %,.0f samples", estimate.samples());
        line(
                "escalated",
                "about %,.0f of these (%s)",
                estimate.escalated(),
                Figures.percent(estimate.escalationRate()));
        if (estimate.judged() == 0) {
            line("disagreement", "unknown: there is no verdict on what would be accepted");
        } else {
            line(
                    "disagreement",
                    "verdicts contradict about %s of what would be accepted (of about %,.0f with a verdict behind them)",
                    Figures.finePercent(estimate.disagreement()),
                    estimate.judged());
        }
        out.println();
        out.println("What this cannot know:");
        if (estimate.audits() == 0) {
            out.println(
                    "- No audits were drawn: of the answers that were accepted nothing is known, not even how many there were.");
        } else {
            out.println(
                    "- Accepted answers that were not audited are known only through the audits that stand for them; few audits say little.");
        }
        out.println(
                "- Verdicts are mostly the ensemble's, which makes some of the model's mistakes itself: disagreement is less than risk.");
        out.println(
                "- Samples that were shed, kept local or have left the ledger are missing, and no alarm or brake is imitated.");
        if (otherScores > 0) {
            out.println(String.format(
                    Locale.ROOT, "- %,d samples were gated by another score and are left out.", otherScores));
        }
        out.flush();
    }

    private void line(String name, String format, Object... values) {
        out.println(String.format(Locale.ROOT, "%-20s ", name) + String.format(Locale.ROOT, format, values));
    }
}
