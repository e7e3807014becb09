package io.tiergate.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiergate.gate.AuditRules;
import io.tiergate.gate.BudgetRules;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateRules;
import io.tiergate.gate.Preset;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the {@code gate} section of a manifest. */
public final class GateReader {
    private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kKMGT]?)i?B?");

    private GateReader() {}

    /**
     * Reads rules as they stand in a manifest, for instance {@code policy: risk, target-risk: 0.03}.
     *
     * @param yaml a flow mapping, with or without its braces
     * @throws RefusedPackageException with one sentence if they are none
     */
    public static GateRules parse(String yaml) throws RefusedPackageException {
        String braced = yaml.strip().startsWith("{") ? yaml : "{" + yaml + "}";
        return read(ManifestParser.gate(braced)).orElseThrow();
    }

    static Optional<GateRules> read(ManifestDocument.GateSection gate) throws RefusedPackageException {
        if (gate == null) {
            return Optional.empty();
        }
        Optional<Preset> preset = gate.preset() == null
                ? Optional.empty()
                : Optional.of(ManifestParser.word(Preset.values(), Preset::word, gate.preset(), "gate.preset"));
        GatePolicy policy = policy(gate, preset);
        return Optional.of(new GateRules(
                policy,
                audits(gate, policy),
                budget(gate),
                Objects.requireNonNullElse(gate.classThresholds(), Map.of()),
                preset));
    }

    private static GatePolicy policy(ManifestDocument.GateSection gate, Optional<Preset> preset)
            throws RefusedPackageException {
        if (preset.filter(Preset.SHADOW::equals).isPresent()) {
            return belongs(gate, "shadow", new GatePolicy.Shadow());
        }
        return switch (Objects.requireNonNullElse(gate.policy(), preset.isPresent() ? "risk" : "")) {
            case "fixed" -> {
                if (gate.threshold() == null) {
                    throw ManifestParser.refused("gate.threshold is missing");
                }
                yield belongs(gate, "fixed", new GatePolicy.Fixed(gate.threshold()));
            }
            case "risk" ->
                belongs(gate, "risk", new GatePolicy.Risk(optional(gate.targetRisk()), optional(gate.confidence())));
            case "budget" ->
                belongs(gate, "budget", new GatePolicy.Budget(Boolean.TRUE.equals(gate.learnCorrection())));
            case "" -> throw ManifestParser.refused("gate.policy is missing (expected: fixed, risk or budget)");
            default -> throw ManifestParser.refused("gate.policy: %s (expected: fixed, risk or budget)", gate.policy());
        };
    }

    /** A key that has no say would be read as one that has. */
    private static GatePolicy belongs(ManifestDocument.GateSection gate, String policy, GatePolicy read)
            throws RefusedPackageException {
        if (gate.threshold() != null && !policy.equals("fixed")) {
            throw ManifestParser.refused("gate.threshold belongs to policy fixed, not to %s", policy);
        }
        if ((gate.targetRisk() != null || gate.confidence() != null) && !policy.equals("risk")) {
            throw ManifestParser.refused(
                    "gate.target-risk and gate.confidence belong to policy risk, not to %s", policy);
        }
        if (gate.learnCorrection() != null && !policy.equals("budget")) {
            throw ManifestParser.refused("gate.learn-correction belongs to policy budget, not to %s", policy);
        }
        if (gate.policy() != null && policy.equals("shadow")) {
            throw ManifestParser.refused(
                    "gate.policy: %s (expected: none with preset shadow, which accepts all)", gate.policy());
        }
        return read;
    }

    private static AuditRules audits(ManifestDocument.GateSection gate, GatePolicy policy)
            throws RefusedPackageException {
        boolean stratified = Boolean.TRUE.equals(gate.stratifiedAudits());
        JsonNode rate = gate.auditRate();
        boolean risk = policy instanceof GatePolicy.Risk;
        if (stratified && !risk) {
            throw ManifestParser.refused("gate.stratified-audits belongs to policy risk, not to %s", policy.word());
        }
        if (rate == null || rate.isNull()) {
            return new AuditRules(risk ? OptionalDouble.empty() : OptionalDouble.of(0), stratified);
        }
        if (rate.isNumber()) {
            return new AuditRules(OptionalDouble.of(rate.asDouble()), stratified);
        }
        if (rate.asText().equals("auto") && risk) {
            return new AuditRules(OptionalDouble.empty(), stratified);
        }
        throw ManifestParser.refused(
                "gate.audit-rate: %s (expected: a number from 0.0 to 1.0%s)", rate.asText(), risk ? ", or auto" : "");
    }

    private static BudgetRules budget(ManifestDocument.GateSection gate) throws RefusedPackageException {
        BudgetRules.Yields yields = gate.yields() == null
                ? BudgetRules.Yields.RISK
                : ManifestParser.word(
                        BudgetRules.Yields.values(), BudgetRules.Yields::word, gate.yields(), "gate.yields");
        return new BudgetRules(optional(gate.maxEscalationRate()), bytes(gate.maxBytesPerDay()), yields);
    }

    private static OptionalLong bytes(JsonNode size) throws RefusedPackageException {
        if (size == null || size.isNull()) {
            return OptionalLong.empty();
        }
        Matcher matcher = SIZE.matcher(size.asText());
        if (!matcher.matches()) {
            throw ManifestParser.refused(
                    "gate.max-bytes-per-day: %s (expected: a number of bytes, or a size as 500MB or 2GB)",
                    size.asText());
        }
        // Decimal, as data plans are sold; with an i, binary.
        double unit = size.asText().contains("i") ? 1024 : 1000;
        int power = "KMGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
        return OptionalLong.of(Math.round(Double.parseDouble(matcher.group(1))
                * Math.pow(unit, matcher.group(2).isEmpty() ? 0 : power)));
    }

    private static OptionalDouble optional(Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
