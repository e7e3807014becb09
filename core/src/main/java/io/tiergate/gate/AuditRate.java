package io.tiergate.gate;

import io.tiergate.gate.certificate.AuditSizing;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.control.Control;
import io.tiergate.gate.control.RiskControl;
import io.tiergate.gate.control.RiskSettings;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How much is audited: as the rules say or, if they leave it open, so much that 30 days of traffic give enough labels to certify the
 * gate anew. Not safe for use by several threads.
 */
final class AuditRate {
    /** Until the traffic is known. */
    static final double FIRST = 0.005;

    static final double SMALLEST = 0.002;
    static final double LARGEST = 0.05;
    /** The rate stays while the one that would be right is not that many times more or less. */
    private static final double WORTH_A_CHANGE = 1.5;

    private static final int LOOKED_AT_EVERY = 4096;
    private static final double HOUR_NANOS = 3_600e9;
    private static final double PERIOD_NANOS = 30 * 24 * HOUR_NANOS;

    private final AuditRules rules;
    private final OptionalLong labels;
    private final double coverage;
    private final LongSupplier nanos;
    private final long startedAt;
    private long decided;
    private double rate;

    AuditRate(AuditRules rules, Optional<Certificate> certificate, LongSupplier nanos) {
        this.rules = rules;
        this.labels = certificate.map(AuditRate::labels).orElse(OptionalLong.empty());
        this.coverage = certificate.map(Certificate::coverage).orElse(0.0);
        this.nanos = nanos;
        this.startedAt = nanos.getAsLong();
        this.rate = rules.rate().orElse(FIRST);
    }

    private static OptionalLong labels(Certificate certificate) {
        return certificate
                .threshold()
                .map(found -> AuditSizing.labels(
                        found.accepted().risk(),
                        certificate.terms().targetRisk(),
                        certificate.terms().delta()))
                .orElse(OptionalLong.empty());
    }

    /** The rate to begin with, 0 to 1. */
    double start() {
        return rate;
    }

    RiskSettings settings() {
        double smallest = rules.rate().isPresent() ? rate : SMALLEST;
        return new RiskSettings(rate, smallest == 0 ? LARGEST : smallest, rules.stratified());
    }

    void decided(Control control) {
        decided++;
        if (decided % LOOKED_AT_EVERY == 0 && rules.rate().isEmpty() && control instanceof RiskControl risk) {
            double fitting = fitting((double) (nanos.getAsLong() - startedAt));
            if (fitting > rate * WORTH_A_CHANGE || fitting < rate / WORTH_A_CHANGE) {
                rate = step(fitting);
                risk.settings(settings());
            }
        }
    }

    /** Audits drawn at different rates are counted apart, and looked through whenever somebody asks: rates are few, however long this runs. */
    private static double step(double fitting) {
        double steps = Math.rint(Math.log(fitting / SMALLEST) / Math.log(WORTH_A_CHANGE));
        return Math.min(LARGEST, SMALLEST * Math.pow(WORTH_A_CHANGE, steps));
    }

    private double fitting(double elapsedNanos) {
        if (labels.isEmpty() || elapsedNanos < HOUR_NANOS) {
            return rate;
        }
        double accepted = decided / elapsedNanos * PERIOD_NANOS * coverage;
        return Math.clamp(labels.getAsLong() / accepted, SMALLEST, LARGEST);
    }
}
