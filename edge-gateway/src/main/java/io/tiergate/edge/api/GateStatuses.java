package io.tiergate.edge.api;

import com.google.protobuf.DoubleValue;
import com.google.protobuf.Int64Value;
import com.google.protobuf.Timestamp;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.BudgetRules;
import io.tiergate.gate.GatePolicy;
import io.tiergate.gate.GateSnapshot;
import io.tiergate.gate.Preset;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.control.RiskEstimate;
import io.tiergate.proto.v1.GateStatus;
import java.time.Instant;

/** Tells how a gate stands, in messages and in words. */
final class GateStatuses {
    private GateStatuses() {}

    static GateStatus of(ServedModel model, GateSnapshot gate, Instant now) {
        GateStatus.Builder status = GateStatus.newBuilder()
                .setModel(model.reference())
                .setPolicy(gate.rules().policy().word())
                .setPreset(gate.rules().preset().map(Preset::word).orElse(""))
                .setSummary(GateSummary.of(gate, now))
                .setDecided(gate.decided())
                .setAuditRate(gate.auditRate())
                .setBraked(gate.braked());
        if (Double.isFinite(gate.threshold())) {
            status.setThreshold(DoubleValue.of(gate.threshold()));
        }
        if (!Double.isNaN(gate.escalationRatio())) {
            status.setEscalationRatio(DoubleValue.of(gate.escalationRatio()));
        }
        if (gate.rules().policy() instanceof GatePolicy.Risk) {
            gate.certificate().ifPresent(certificate -> status.setGuarantee(guarantee(certificate, gate, now)));
        }
        if (gate.estimate().audits() > 0) {
            status.setRisk(risk(gate.estimate(), gate.epoch()));
        }
        if (gate.rules().budget().limits()) {
            status.setBudget(budget(gate));
        }
        gate.alarms()
                .forEach(alarm -> status.addAlarms(GateStatus.GateAlarm.newBuilder()
                        .setAt(alarm.at())
                        .setSignal(alarm.signal().word())));
        return status.build();
    }

    private static GateStatus.Guarantee guarantee(Certificate certificate, GateSnapshot gate, Instant now) {
        GateStatus.Guarantee.Builder guarantee = GateStatus.Guarantee.newBuilder()
                .setHolds(GateSummary.holds(certificate, gate, now))
                .setTargetRisk(certificate.terms().targetRisk())
                .setConfidence(certificate.terms().confidence())
                .setCertifiedCoverage(certificate.coverage())
                .setSamples(certificate.samples())
                .setCreatedAt(time(certificate.created()))
                .setExpiresAt(time(certificate.expires()));
        certificate.threshold().ifPresent(found -> guarantee
                .setCertifiedThreshold(DoubleValue.of(found.threshold()))
                .setErrors(found.accepted().errors()));
        return guarantee.build();
    }

    private static Timestamp time(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static GateStatus.RiskReport risk(RiskEstimate estimate, long epoch) {
        GateStatus.RiskReport.Builder risk = GateStatus.RiskReport.newBuilder()
                .setLowerBound(estimate.lower())
                .setUpperBound(estimate.upper())
                .setAudits(estimate.audits())
                .setUnresolved(estimate.open())
                .setEpoch(epoch);
        if (!Double.isNaN(estimate.estimated())) {
            risk.setEstimatedRisk(DoubleValue.of(estimate.estimated()));
        }
        if (!Double.isNaN(estimate.disagreement())) {
            risk.setDisagreement(DoubleValue.of(estimate.disagreement()));
        }
        return risk.build();
    }

    private static GateStatus.BudgetReport budget(GateSnapshot gate) {
        BudgetRules rules = gate.rules().budget();
        GateStatus.BudgetReport.Builder budget = GateStatus.BudgetReport.newBuilder()
                .setYields(rules.yields().word())
                .setExhausted(gate.exhausted())
                .setShed(gate.shed())
                .setOverspent(gate.overspent());
        rules.share().ifPresent(share -> budget.setMaxEscalationRate(DoubleValue.of(share)));
        rules.bytesADay().ifPresent(bytes -> budget.setMaxBytesPerDay(Int64Value.of(bytes)));
        return budget.build();
    }
}
