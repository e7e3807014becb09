package io.tiergate.edge.api;

import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateSnapshot;
import io.tiergate.gate.certificate.Certificate;
import java.time.Instant;
import java.util.Locale;

/** What a gate promises at an instant, in a sentence or two for a person. */
final class GateSummary {
    private GateSummary() {}

    static String of(GateSnapshot gate, Instant now) {
        String policy =
                switch (gate.rules().policy()) {
                    case GatePolicy.Fixed fixed ->
                        "The threshold was chosen by a person: nothing is promised about wrong answers.";
                    case GatePolicy.Shadow shadow ->
                        "Every answer that can be read is accepted: nothing is promised about wrong answers.";
                    case GatePolicy.Budget budget ->
                        "The threshold follows the budget for escalations: nothing is promised about wrong answers.";
                    case GatePolicy.Risk risk -> promise(gate.certificate().orElseThrow(), gate, now);
                };
        return policy + conflict(gate);
    }

    /** Whether the certificate's promise stands. */
    static boolean holds(Certificate certificate, GateSnapshot gate, Instant now) {
        return certificate.threshold().isPresent() && !gate.braked() && now.isBefore(certificate.expires());
    }

    private static String promise(Certificate certificate, GateSnapshot gate, Instant now) {
        if (certificate.threshold().isEmpty()) {
            return "The labelled data support no threshold for the target risk: nothing is accepted.";
        }
        String terms = String.format(
                Locale.ROOT,
                "accepted answers are wrong at most %.3g %% of the time on data like those it was calibrated on, with %.4g %% confidence",
                certificate.terms().targetRisk() * 100,
                certificate.terms().confidence() * 100);
        if (gate.braked()) {
            return "An alarm is on: the data may be unlike those of the certificate, so the threshold is raised and more is audited, "
                    + "and nothing is promised until evidence speaks for release. In ordinary times " + terms + ".";
        }
        if (!now.isBefore(certificate.expires())) {
            return "The certificate expired at " + certificate.expires()
                    + ": the threshold stays, but nothing is promised; calibrate anew. It said: " + terms + ".";
        }
        return "By its certificate " + terms + ".";
    }

    private static String conflict(GateSnapshot gate) {
        if (!gate.exhausted()) {
            return "";
        }
        return switch (gate.rules().budget().yields()) {
            case RISK ->
                " The budget for escalations is spent: uncertain samples are answered, marked SHED, and not sent.";
            case BUDGET ->
                " The budget for escalations is spent, and overspent: uncertain samples are sent all the same.";
        };
    }
}
