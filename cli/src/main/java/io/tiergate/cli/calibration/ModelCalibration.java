package io.tiergate.cli.calibration;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Terminal;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.model.CertificateFile;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.ModelDigest;
import io.tiergate.model.ModelPackage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Makes the certificate of a package from labelled images. */
public final class ModelCalibration {
    private final CalibrationOptions options;
    private final PrintWriter out;
    private final Terminal terminal;

    /** @param terminal shows progress */
    public ModelCalibration(CalibrationOptions options, PrintWriter out, Terminal terminal) {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Runs the model over the images, and writes and reports what follows from its answers.
     *
     * @throws CommandFailure if something cannot be read or written, or the images support no threshold for the target risk
     */
    public void run() throws IOException {
        ModelPackage modelPackage = new PackageAt("--model", options.model()).edge();
        if (!options.dryRun() && !Files.isWritable(modelPackage.directory())) {
            throw cannotBeWritten(modelPackage, "it is read-only", null);
        }
        try (Tiers tiers = Tiers.open(modelPackage, options.ensemble(), terminal)) {
            calibrate(tiers);
        }
    }

    private void calibrate(Tiers tiers) throws IOException {
        EdgeManifest manifest = tiers.manifest();
        LabeledImages images = LabeledImages.read(
                options.data(), "calibration", "--data", manifest.labels().size());
        List<LabeledAnswer> answers = tiers.label(images, options.temperature());
        Calibration calibration = new Calibration(
                answers,
                new Certificate.Terms(
                        manifest.confidence().score().word(),
                        options.temperature(),
                        options.targetRisk(),
                        options.confidence(),
                        options.search()),
                options.checkShare() == 0 ? OptionalDouble.empty() : OptionalDouble.of(options.checkShare()));
        if (calibration.threshold().isEmpty()) {
            draw(manifest, answers, calibration);
            throw new CommandFailure(Refusal.words(options, calibration, tiers.modelPackage()));
        }
        Certificate certificate = calibration.certificate(
                new Calibration.Subject(ModelDigest.of(tiers.modelPackage().directory()), images.digest()),
                manifest.confidence().activation().givesLogits(),
                tiers.agreement(calibration, images),
                Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS),
                options.validFor());
        CalibrationReport report = new CalibrationReport(options, manifest, calibration, certificate);
        report.print(out);
        report.printHowToUse(
                out, options.dryRun() ? Optional.empty() : Optional.of(write(tiers.modelPackage(), certificate)));
        // Last: a machine without fonts draws nothing, but has its certificate.
        draw(manifest, answers, calibration);
        out.flush();
    }

    private void draw(EdgeManifest manifest, List<LabeledAnswer> answers, Calibration calibration) throws IOException {
        if (options.plots().isPresent()) {
            Path folder = Files.createDirectories(options.plots().get());
            new CalibrationPlots(manifest, options.targetRisk(), answers, calibration).write(folder);
            out.println("drawn: " + folder.resolve(CalibrationPlots.RISK_COVERAGE) + ", "
                    + folder.resolve(CalibrationPlots.RELIABILITY));
        }
    }

    private static Path write(ModelPackage modelPackage, Certificate certificate) {
        try {
            return CertificateFile.write(modelPackage.directory(), certificate);
        } catch (IOException e) {
            throw cannotBeWritten(modelPackage, e.toString(), e);
        }
    }

    private static CommandFailure cannotBeWritten(ModelPackage modelPackage, String why, IOException e) {
        return new CommandFailure(
                "--model: %s cannot be written into %s: %s; calibrate a copy of the package, or use --dry-run"
                        .formatted(CertificateFile.NAME, modelPackage.directory(), why),
                e);
    }
}
