package io.tiergate.gate;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Gates with a threshold that a person has chosen, and random numbers that a test has. */
public final class FixedGates {
    /** Draws every audit whose probability is above 0. */
    public static final RandomGenerator ALWAYS_LOW = () -> 0;

    private FixedGates() {}

    public static Gate of(double threshold, double auditRate, RandomGenerator random) {
        return Gate.of(GateRules.fixed(threshold, auditRate), List.of(), Optional.empty(), random, () -> 0);
    }

    /** Without audits. */
    public static Gate of(double threshold) {
        return of(threshold, 0, ALWAYS_LOW);
    }
}
