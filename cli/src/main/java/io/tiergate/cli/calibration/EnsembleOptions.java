package io.tiergate.cli.calibration;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a person has asked of {@code model calibrate} for an ensemble.
 *
 * @param targetRisk highest share of wrong answers among those that stand without a person; above 0, below 1
 * @param confidence of that; above 0, below 1
 * @param peopleShare share of the samples that people can decide, 0 to below 1, in place of a target risk
 * @param limit to be chosen; empty: the one that the manifest has
 * @param dryRun leave the manifest as it is
 */
public record EnsembleOptions(
        Path model,
        Path data,
        double targetRisk,
        double confidence,
        OptionalDouble peopleShare,
        Optional<AdjudicationLimit> limit,
        boolean dryRun) {}
