package io.tiergate.cli.calibration;

import io.tiergate.gate.certificate.Search;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a person has asked of {@code model calibrate}.
 *
 * @param checkShare of ordinary samples that the checks may leave out, 0 to below 1; 0: there are no checks
 * @param auditRate for the forecast; empty: the manifest's
 * @param plots folder for pictures
 * @param dryRun write no certificate
 */
public record CalibrationOptions(
        Path model,
        Path data,
        Optional<Path> ensemble,
        double targetRisk,
        double confidence,
        Search search,
        double temperature,
        double checkShare,
        OptionalDouble auditRate,
        Duration validFor,
        Optional<Path> plots,
        boolean dryRun) {}
