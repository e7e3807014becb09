package io.tiergate.gate.control;

import java.util.List;
import java.util.Optional;

/**
 * What a gate with a promise to keep has learned since its last restart.
 *
 * @param threshold empty if nothing is accepted
 * @param watch how far each alarm is
 * @param checked samples since the latest alarm, the oldest first
 * @param disproved whether verdicts spoke against the certified threshold when a release of the brake was last judged
 */
public record RiskState(
        boolean braked,
        Optional<Double> threshold,
        long epoch,
        long learned,
        Usual usual,
        List<Double> watch,
        List<Checked> checked,
        boolean disproved,
        List<Alarm> alarms) {}
