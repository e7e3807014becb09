package io.tiergate.cli.gate;

import io.tiergate.cli.data.DriftPoint;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a person has asked of {@code gate replay}.
 *
 * @param calibration folder of the images to calibrate on; only needed where the rules {@linkplain #needCertificate need a certificate}
 * @param requests draws; empty: every image once, in file order
 * @param rules risk with its terms, or another policy
 * @param target risk to compare with; empty: none
 * @param verdictDelay requests until a verdict is there, 0 or more
 * @param checks whether there are checks beside the score
 * @param review whether a person labels what the ensemble is not sure of
 */
public record ReplayOptions(
        Path model,
        Optional<Path> ensemble,
        Path data,
        Optional<Path> calibration,
        OptionalInt requests,
        GateRules rules,
        OptionalDouble target,
        Optional<DriftPoint> drift,
        long seed,
        int verdictDelay,
        boolean checks,
        boolean review,
        Optional<Path> report,
        Optional<Path> plot) {

    /** Whether rules cannot do without a certificate, or at least the scores at calibration. */
    public static boolean needCertificate(GateRules rules) {
        return rules.policy() instanceof GatePolicy.Risk || rules.policy() instanceof GatePolicy.Budget;
    }

    OptionalInt driftAt() {
        return drift.map(point -> OptionalInt.of(point.at())).orElse(OptionalInt.empty());
    }
}
