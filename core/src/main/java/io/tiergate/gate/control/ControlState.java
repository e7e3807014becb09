package io.tiergate.gate.control;

import java.util.List;
import java.util.Optional;

/**
 * What a gate has learned since its last restart, as it is kept over a restart of the process.
 *
 * @param decided samples
 * @param audits since the last restart of the evidence
 * @param rank of a threshold that follows a budget, 0 to 1 or a step beyond
 * @param risk of a gate with a promise to keep
 * @param correction of a gate that learns when escalation helps
 */
public record ControlState(
        long decided,
        List<AuditBin> audits,
        Optional<Double> rank,
        Optional<RiskState> risk,
        Optional<CorrectionState> correction) {}
