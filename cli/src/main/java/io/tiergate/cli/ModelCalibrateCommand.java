package io.tiergate.cli;

import io.tiergate.cli.calibration.CalibrationOptions;
import io.tiergate.cli.calibration.ModelCalibration;
import io.tiergate.cli.model.OnnxRuntimeFiles;
import io.tiergate.gate.certificate.Search;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "calibrate",
        description = {
            "Find the threshold at which a model's accepted answers are wrong at most at a target risk, and write the package's certificate.",
            "Fails, and writes none, if the labelled images support no such threshold; then it says what they support."
        })
final class ModelCalibrateCommand extends VerboseCommand implements Callable<Integer> {
    @Option(
            names = "--model",
            paramLabel = "PATH",
            required = true,
            description = "A model's folder, which means its highest version, or a version's folder.")
    private Path model;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description =
                    "A folder with calibration-images-idx3-ubyte.gz and calibration-labels-idx1-ubyte.gz: images that the model was not trained on.")
    private Path data;

    @Option(
            names = "--ensemble",
            paramLabel = "PATH",
            description = "The ensemble that gives verdicts, to measure how many of the model's errors it sees.")
    private Path ensemble;

    @Option(
            names = "--target-risk",
            paramLabel = "R",
            defaultValue = "0.03",
            description = "Highest share of wrong answers among the accepted (default: ${DEFAULT-VALUE}).")
    private double targetRisk;

    @Option(
            names = "--confidence",
            paramLabel = "C",
            defaultValue = "0.99",
            description = "How certain the promise is to be, over all draws of the images (default: ${DEFAULT-VALUE}).")
    private double confidence;

    @Option(
            names = "--search",
            paramLabel = "NAME",
            defaultValue = "binary",
            converter = SearchByName.class,
            description = "How the threshold is found: binary or fixed-sequence (default: ${DEFAULT-VALUE}).")
    private Search search;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "1.0",
            description = "Of the score; the fitted temperature is written down beside it (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--check-share",
            paramLabel = "S",
            defaultValue = "0.005",
            description =
                    "Share of ordinary samples that the checks beside the score may take for unusual; 0: no checks (default: ${DEFAULT-VALUE}).")
    private double checkShare;

    @Option(
            names = "--audit-rate",
            paramLabel = "R",
            description =
                    "For the forecast of what a re-certification takes (default: the one in model.yaml, or 0.005).")
    private Double auditRate;

    @Option(
            names = "--valid-for",
            paramLabel = "TIME",
            defaultValue = "365d",
            converter = DaysOrHours.class,
            description =
                    "When the certificate expires: days (365d) or hours (12h) from now (default: ${DEFAULT-VALUE}).")
    private Duration validFor;

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description = "Draw risk-coverage.svg and reliability.svg into this folder.")
    private Path plots;

    @Option(names = "--dry-run", description = "Write no certificate.")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
        checkNumbers();
        OnnxRuntimeFiles.install();
        CalibrationOptions options = new CalibrationOptions(
                model,
                data,
                Optional.ofNullable(ensemble),
                targetRisk,
                confidence,
                search,
                temperature,
                checkShare,
                auditRate == null ? OptionalDouble.empty() : OptionalDouble.of(auditRate),
                validFor,
                Optional.ofNullable(plots),
                dryRun);
        new ModelCalibration(options, spec().commandLine().getOut(), progress()).run();
        return 0;
    }

    private void checkNumbers() {
        checkNumber("--target-risk", targetRisk, targetRisk > 0 && targetRisk < 1, "above 0.0 and below 1.0");
        checkNumber("--confidence", confidence, confidence > 0 && confidence < 1, "above 0.0 and below 1.0");
        checkNumber("--check-share", checkShare, checkShare >= 0 && checkShare < 1, "0.0 to below 1.0");
        checkNumber("--temperature", temperature, temperature > 0 && Double.isFinite(temperature), "above 0.0");
        if (auditRate != null) {
            checkNumber("--audit-rate", auditRate, auditRate >= 0 && auditRate <= 1, "0.0 to 1.0");
        }
    }

    private void checkNumber(String option, double value, boolean isRight, String expected) {
        check(isRight, "%s: %s (expected: %s)".formatted(option, value, expected));
    }

    /** Searches by their names in certificates. */
    static final class SearchByName implements ITypeConverter<Search> {
        @Override
        public Search convert(String name) {
            try {
                return Search.of(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** A number and {@code d} or {@code h}. */
    static final class DaysOrHours implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (!text.matches("[1-9]\\d{0,5}[dh]")) {
                throw new TypeConversionException("'%s' (expected: days or hours, as 365d or 12h)".formatted(text));
            }
            return Duration.parse((text.endsWith("d") ? "P" : "PT") + text);
        }
    }
}
