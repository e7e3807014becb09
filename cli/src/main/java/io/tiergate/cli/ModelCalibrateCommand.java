package io.tiergate.cli;

import io.tiergate.cli.calibration.AdjudicationLimit;
import io.tiergate.cli.calibration.CalibrationOptions;
import io.tiergate.cli.calibration.EnsembleCalibration;
import io.tiergate.cli.calibration.EnsembleOptions;
import io.tiergate.cli.calibration.ModelCalibration;
import io.tiergate.cli.model.OnnxRuntimeFiles;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.gate.certificate.Search;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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
            "Of an ensemble: fit the members' temperatures, find the limit at which what it decides without a person is wrong at most at that risk, and write them into its model.yaml.",
            "Fails, and writes nothing, if the labelled images support no such threshold; then it says what they support."
        })
final class ModelCalibrateCommand extends VerboseCommand implements Callable<Integer> {
    private static final String PEOPLE_SHARE = "--people-share";
    private static final String LIMIT = "--limit";

    /** Of no meaning for an ensemble. */
    private static final List<String> MODEL_OPTIONS = List.of(
            "--ensemble", "--search", "--temperature", "--check-share", "--audit-rate", "--valid-for", "--plots");

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
            description =
                    "Highest share of wrong answers among the accepted, or those of an ensemble that no person sees (default: ${DEFAULT-VALUE}).")
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

    @Option(
            names = PEOPLE_SHARE,
            paramLabel = "S",
            description = "Of an ensemble, in place of a target risk: highest share of the images for people.")
    private Double peopleShare;

    @Option(
            names = LIMIT,
            paramLabel = "NAME",
            converter = LimitByName.class,
            description =
                    "Of an ensemble: max-entropy or min-confidence (default: what model.yaml has, or else max-entropy).")
    private AdjudicationLimit limit;

    @Option(names = "--dry-run", description = "Write no certificate, and leave model.yaml as it is.")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
        checkNumbers();
        OnnxRuntimeFiles.install();
        if (new PackageAt("--model", model).isEnsemble()) {
            calibrateEnsemble();
        } else {
            calibrateModel();
        }
        return 0;
    }

    private void calibrateEnsemble() throws IOException {
        refuse(MODEL_OPTIONS, "an edge model, not to an ensemble");
        if (peopleShare != null) {
            refuse(List.of("--target-risk", "--confidence"), "a promise, which " + PEOPLE_SHARE + " makes none of");
        }
        EnsembleOptions options = new EnsembleOptions(
                model,
                data,
                targetRisk,
                confidence,
                peopleShare == null ? OptionalDouble.empty() : OptionalDouble.of(peopleShare),
                Optional.ofNullable(limit),
                dryRun);
        new EnsembleCalibration(options, spec().commandLine().getOut(), progress()).run();
    }

    private void refuse(List<String> options, String owner) {
        for (String option : options) {
            check(
                    !spec().commandLine().getParseResult().hasMatchedOption(option),
                    "%s belongs to %s (expected: without it)".formatted(option, owner));
        }
    }

    private void calibrateModel() throws IOException {
        refuse(List.of(PEOPLE_SHARE, LIMIT), "an ensemble, not to an edge model");
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
    }

    private void checkNumbers() {
        checkNumber("--target-risk", targetRisk, targetRisk > 0 && targetRisk < 1, "above 0.0 and below 1.0");
        checkNumber("--confidence", confidence, confidence > 0 && confidence < 1, "above 0.0 and below 1.0");
        checkNumber("--check-share", checkShare, checkShare >= 0 && checkShare < 1, "0.0 to below 1.0");
        checkNumber("--temperature", temperature, temperature > 0 && Double.isFinite(temperature), "above 0.0");
        if (peopleShare != null) {
            checkNumber(PEOPLE_SHARE, peopleShare, peopleShare >= 0 && peopleShare < 1, "0.0 to below 1.0");
        }
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

    /** Limits by their names in manifests. */
    static final class LimitByName implements ITypeConverter<AdjudicationLimit> {
        @Override
        public AdjudicationLimit convert(String name) {
            return Arrays.stream(AdjudicationLimit.values())
                    .filter(each -> each.word().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'%s' (expected: max-entropy or min-confidence)".formatted(name)));
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
