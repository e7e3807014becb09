package io.tiergate.cli.gate;

import io.tiergate.gate.AuditRules;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.model.GateReader;
import io.tiergate.model.RefusedPackageException;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gate rules as a person types them: a manifest's {@code gate} section, or a short form of one. */
public final class PolicyText {
    /** What people say where they give no policy. */
    public static final double TARGET_RISK = 0.03;

    public static final double CONFIDENCE = 0.99;

    private static final Pattern SHORT = Pattern.compile("(fixed|budget|risk):([^:@\\s]+)(?:@([^:@\\s]+))?");

    private PolicyText() {}

    /**
     * Reads rules, for instance {@code fixed:0.74}, {@code budget:0.10}, {@code risk:0.03@0.99}, {@code shadow}, or
     * {@code policy: fixed, threshold: 0.74, audit-rate: 0.01}.
     *
     * @throws IllegalArgumentException saying what was expected
     */
    public static GateRules parse(String text) {
        try {
            return withTerms(GateReader.parse(yaml(text.strip())));
        } catch (RefusedPackageException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s': %s (expected: fixed:T, budget:SHARE, risk:R@C, shadow, or a gate section of a model.yaml)"
                            .formatted(text, e.getMessage()),
                    e);
        }
    }

    private static String yaml(String text) {
        if (text.equals("shadow")) {
            return "preset: shadow";
        }
        Matcher matcher = SHORT.matcher(text);
        if (!matcher.matches() || (matcher.group(3) != null && !matcher.group(1).equals("risk"))) {
            return text;
        }
        String number = matcher.group(2);
        return switch (matcher.group(1)) {
            case "fixed" -> "policy: fixed, threshold: " + number;
            case "budget" -> "policy: budget, max-escalation-rate: " + number;
            default ->
                "policy: risk, target-risk: %s, confidence: %s"
                        .formatted(number, matcher.group(3) == null ? CONFIDENCE : matcher.group(3));
        };
    }

    /** The rules of a promise. */
    public static GateRules risk(double targetRisk, double confidence) {
        return parse("risk:%s@%s".formatted(targetRisk, confidence));
    }

    /** A package may leave its terms to its certificate; a replay makes its own and has to know them. */
    private static GateRules withTerms(GateRules rules) {
        if (!(rules.policy() instanceof GatePolicy.Risk risk)) {
            return rules;
        }
        double target = within("target-risk", risk.targetRisk().orElse(TARGET_RISK));
        double confidence = within("confidence", risk.confidence().orElse(CONFIDENCE));
        return new GateRules(
                new GatePolicy.Risk(OptionalDouble.of(target), OptionalDouble.of(confidence)),
                rules.audits(),
                rules.budget(),
                rules.classThresholds(),
                rules.preset());
    }

    private static double within(String key, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(key + " " + value + " is not above 0.0 and below 1.0");
        }
        return value;
    }

    /** The same rules with another audit rate, 0 to 1. */
    public static GateRules audited(GateRules rules, double rate) {
        return new GateRules(
                rules.policy(),
                new AuditRules(OptionalDouble.of(rate), rules.audits().stratified()),
                rules.budget(),
                rules.classThresholds(),
                rules.preset());
    }

    /** Rules in few words. */
    static String words(GateRules rules) {
        String policy =
                switch (rules.policy()) {
                    case GatePolicy.Fixed fixed -> "fixed:" + fixed.threshold();
                    case GatePolicy.Risk risk ->
                        "risk:%s@%s"
                                .formatted(
                                        risk.targetRisk().getAsDouble(),
                                        risk.confidence().getAsDouble());
                    case GatePolicy.Budget budget ->
                        "budget:" + rules.budget().share().getAsDouble();
                    case GatePolicy.Shadow shadow -> "shadow";
                };
        boolean limited = rules.budget().limits() && !(rules.policy() instanceof GatePolicy.Budget);
        return policy
                + (limited ? ", with a budget" : "")
                + (rules.classThresholds().isEmpty() ? "" : ", with thresholds by class")
                + rules.preset()
                        .filter(preset -> !preset.word().equals(policy))
                        .map(preset -> ", " + preset.word())
                        .orElse("");
    }
}
