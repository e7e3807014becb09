package io.tiergate.cli.gate;

import io.tiergate.cli.calibration.Calibration;
import io.tiergate.cli.calibration.LabeledImages;
import io.tiergate.cli.calibration.Tiers;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.Search;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes the certificate that a replay's gate works by, in memory. */
final class ReplayCertificate {
    /** Temperature of the scores, and share of ordinary samples that fail a check: as {@code model calibrate} has them by default. */
    static final double TEMPERATURE = 1;

    private static final double CHECK_SHARE = 0.005;

    private ReplayCertificate() {}

    /** One without a threshold where the images support none: the gate accepts nothing then. */
    static Certificate make(Tiers tiers, LabeledImages images, GateRules rules, boolean checks) {
        Calibration calibration = new Calibration(
                tiers.label(images, TEMPERATURE),
                terms(rules, tiers.manifest().confidence().score().word()),
                checkShare(checks));
        // An ensemble's disagreements only say something about a promise.
        Optional<Agreement> agreement = rules.policy() instanceof GatePolicy.Risk
                        && calibration.threshold().isPresent()
                ? tiers.agreement(calibration, images)
                : Optional.empty();
        return calibration.certificate(
                new Calibration.Subject("", ""),
                tiers.manifest().confidence().activation().givesLogits(),
                agreement,
                Instant.EPOCH,
                Duration.ZERO);
    }

    static OptionalDouble checkShare(boolean checks) {
        return checks ? OptionalDouble.of(CHECK_SHARE) : OptionalDouble.empty();
    }

    static Certificate.Terms terms(GateRules rules, String score) {
        double target = PolicyText.TARGET_RISK;
        double confidence = PolicyText.CONFIDENCE;
        if (rules.policy() instanceof GatePolicy.Risk risk) {
            target = risk.targetRisk().getAsDouble();
            confidence = risk.confidence().getAsDouble();
        }
        return new Certificate.Terms(score, TEMPERATURE, target, confidence, Search.BINARY);
    }
}
