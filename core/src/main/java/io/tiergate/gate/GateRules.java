package io.tiergate.gate;

import java.util.Map;
import java.util.Optional;

/**
 * What a package asks of its gate.
 *
 * @param classThresholds by label: with a fixed threshold, in its place for answers of that class; otherwise only ever stricter
 * @param preset how calls and samples are treated around the policy
 */
public record GateRules(
        GatePolicy policy,
        AuditRules audits,
        BudgetRules budget,
        Map<String, Double> classThresholds,
        Optional<Preset> preset) {
    public GateRules {
        classThresholds = Map.copyOf(classThresholds);
        if (policy instanceof GatePolicy.Budget && budget.share().isEmpty()) {
            throw new IllegalArgumentException(
                    "gate.max-escalation-rate is missing: policy budget needs the share of samples that may be escalated, for instance 0.20");
        }
        classThresholds.forEach((label, threshold) -> {
            if (!Double.isFinite(threshold)) {
                throw new IllegalArgumentException(
                        "class-thresholds: %s of '%s' (expected: a finite number)".formatted(threshold, label));
            }
        });
    }

    /** A threshold chosen by a person, and nothing else. */
    public static GateRules fixed(double threshold, double auditRate) {
        return new GateRules(
                new GatePolicy.Fixed(threshold),
                AuditRules.of(auditRate),
                BudgetRules.NONE,
                Map.of(),
                Optional.empty());
    }

    /** Whether nothing may leave. */
    public boolean isLocalOnly() {
        return preset.filter(Preset.LOCAL_ONLY::equals).isPresent();
    }
}
