package io.tiergate.gate;

import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.RiskEstimate;
import java.util.List;
import java.util.Optional;

/**
 * A gate as it stands at one instant.
 *
 * @param certificate what it promises, with the policy risk
 * @param threshold positive infinity while nothing is accepted
 * @param escalationRatio share of about the latest thousand samples that were not accepted; NaN before the first
 * @param auditRate with which an answer is audited that is just accepted
 * @param shed samples that the budget did not allow to escalate
 * @param overspent samples that were escalated although the budget did not allow it
 * @param exhausted whether the budget is spent now
 */
public record GateSnapshot(
        GateRules rules,
        Optional<Certificate> certificate,
        double threshold,
        long decided,
        double escalationRatio,
        double auditRate,
        RiskEstimate estimate,
        long epoch,
        boolean braked,
        List<Alarm> alarms,
        long shed,
        long overspent,
        boolean exhausted) {}
