package io.tiergate.cli.calibration;

import io.tiergate.cli.Figures;
import io.tiergate.gate.AuditRules;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.AuditSizing;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.model.EdgeManifest;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Tells a person what a certificate says. */
final class CalibrationReport {
    /** As a gateway audits until it knows its traffic. */
    private static final double AUDIT_RATE = 0.005;

    private static final double RATIO_DELTA = 0.05;

    private final CalibrationOptions options;
    private final EdgeManifest manifest;
    private final Calibration calibration;
    private final Certificate certificate;
    private final CertifiedThreshold threshold;

    /** @param certificate one with a threshold */
    CalibrationReport(
            CalibrationOptions options, EdgeManifest manifest, Calibration calibration, Certificate certificate) {
        this.options = options;
        this.manifest = manifest;
        this.calibration = calibration;
        this.certificate = certificate;
        this.threshold = certificate.threshold().orElseThrow();
    }

    void print(PrintWriter out) {
        Certificate.Terms terms = certificate.terms();
        Evidence.Accepted accepted = threshold.accepted();
        line(
                out,
                "promise",
                "on data like these, accepted answers are wrong in at most %s, with %s confidence",
                percent(terms.targetRisk()),
                percent(terms.confidence()));
        line(
                out,
                "threshold",
                "%.6f on %s, found by %s search",
                threshold.threshold(),
                terms.score(),
                terms.search().word());
        line(
                out,
                "coverage",
                "%s: %,d of %,d images accepted",
                percent(accepted.coverage()),
                accepted.count(),
                accepted.of());
        line(
                out,
                "risk",
                "%s: %,d of these are wrong; upper bound %s",
                percent(accepted.risk()),
                accepted.errors(),
                bound(threshold));
        line(out, "guard", "%.6f: the threshold while an alarm is on", certificate.guard());
        line(
                out,
                "temperature",
                "%.3f fits the probabilities; the score keeps to %s",
                certificate.fittedTemperature(),
                terms.temperature());
        certificate
                .agreement()
                .ifPresentOrElse(
                        agreement -> printAgreement(out, agreement),
                        () -> line(
                                out,
                                "ensemble",
                                "not asked (--ensemble): its verdicts will count as no measure of the risk"));
        printChecks(out);
        printAudits(out);
    }

    private void printAgreement(PrintWriter out, Agreement agreement) {
        double low = agreement.lowerRatio(RATIO_DELTA);
        if (agreement.errors() == 0 || low == 0) {
            line(
                    out,
                    "ensemble",
                    "disagrees with %,d and sees %,d of %,d errors: too few to measure the risk by",
                    agreement.disagreements(),
                    agreement.both(),
                    agreement.errors());
            return;
        }
        line(
                out,
                "ensemble",
                "disagrees with %,d of these, where %,d are wrong: %.2f disagreements an error, at least %.2f",
                agreement.disagreements(),
                agreement.errors(),
                agreement.ratio(),
                low);
        line(
                out,
                "",
                "it sees %,d of the %,d errors; who took its disagreement for the risk would see %s where it is %s",
                agreement.both(),
                agreement.errors(),
                percent((double) agreement.disagreements() / agreement.accepted()),
                percent((double) agreement.errors() / agreement.accepted()));
        line(
                out,
                "",
                agreement.ratio() < 1 ? "and so miss %s of it (up to %s)" : "and so miss none of it (up to %2$s)",
                percent(1 - agreement.ratio()),
                percent(Math.max(0, 1 - low)));
    }

    private void printChecks(PrintWriter out) {
        if (certificate.limits().ranges().isEmpty()) {
            line(out, "checks", "none");
            return;
        }
        CertifiedThreshold passing = calibration.passing().orElseThrow();
        line(
                out,
                "checks",
                "%s of the images fail one of %d; of those that pass and are accepted %s are wrong (%,d of %,d)",
                percent(certificate.limits().falseAlarmShare()),
                certificate.limits().ranges().size(),
                percent(passing.accepted().risk()),
                passing.accepted().errors(),
                passing.accepted().count());
        boolean holds = passing.bound() < certificate.terms().targetRisk();
        line(
                out,
                "",
                holds
                        ? "upper bound %s: the promise holds for them, too"
                        : "upper bound %s: THE PROMISE DOES NOT HOLD for them alone; try a smaller --check-share",
                bound(passing));
    }

    private void printAudits(PrintWriter out) {
        Certificate.Terms terms = certificate.terms();
        OptionalLong labels = AuditSizing.labels(threshold.accepted().risk(), terms.targetRisk(), terms.delta());
        double rate = auditRate();
        if (labels.isEmpty() || rate == 0) {
            line(
                    out,
                    "re-certification",
                    labels.isEmpty()
                            ? "not by audits: the risk is too near the target"
                            : "not by audits: none are drawn");
            return;
        }
        line(
                out,
                "re-certification",
                "%,d labelled audits, which take %,d requests at an audit rate of %s",
                labels.getAsLong(),
                Math.round(Math.ceil(
                        labels.getAsLong() / (rate * threshold.accepted().coverage()))),
                percent(rate));
    }

    private double auditRate() {
        OptionalDouble asked = options.auditRate();
        return asked.isPresent()
                ? asked.getAsDouble()
                : manifest.gate()
                        .map(GateRules::audits)
                        .map(AuditRules::rate)
                        .filter(OptionalDouble::isPresent)
                        .map(OptionalDouble::getAsDouble)
                        .orElse(AUDIT_RATE);
    }

    /** @param written the certificate's file; empty for a dry run */
    void printHowToUse(PrintWriter out, Optional<Path> written) {
        line(
                out,
                "certificate",
                "%s",
                written.map(file -> file + ", until " + certificate.expires()).orElse("not written (--dry-run)"));
        if (!asksForThis()) {
            out.println();
            out.println("For the gate to follow it, model.yaml needs");
            out.println();
            out.println(String.format(
                    Locale.ROOT,
                    "gate: { policy: risk, target-risk: %s, confidence: %s, audit-rate: auto }",
                    certificate.terms().targetRisk(),
                    certificate.terms().confidence()));
        }
    }

    private boolean asksForThis() {
        return manifest.gate()
                .map(GateRules::policy)
                .filter(policy -> policy instanceof GatePolicy.Risk risk
                        && risk.targetRisk().orElse(certificate.terms().targetRisk())
                                == certificate.terms().targetRisk()
                        && risk.confidence().orElse(certificate.terms().confidence())
                                == certificate.terms().confidence())
                .isPresent();
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.println(String.format(Locale.ROOT, "%-20s ", name) + String.format(Locale.ROOT, format, values));
    }

    /** Bounds are often just below the target: with one digit more than the others. */
    private static String bound(CertifiedThreshold tested) {
        return String.format(Locale.ROOT, "%.3f %%", 100 * tested.bound());
    }

    /** Hundredths of a per cent matter here. */
    private static String percent(double share) {
        return Figures.finePercent(share);
    }
}
