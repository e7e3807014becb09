package io.tiergate.cli.calibration;

import io.tiergate.cli.Figures;
import io.tiergate.model.CertificateFile;
import io.tiergate.model.ModelPackage;
import java.nio.file.Files;

/** Says that a target cannot be certified, and what can be. */
final class Refusal {
    private Refusal() {}

    static String words(CalibrationOptions options, Calibration calibration, ModelPackage modelPackage) {
        String possible = calibration
                .possible()
                .map(offer -> "the lowest usual target that can be is %s (--target-risk %s), with a coverage of %s"
                        .formatted(
                                Figures.finePercent(offer.targetRisk()),
                                offer.targetRisk(),
                                Figures.finePercent(offer.coverage())))
                .orElse("nor can 30 %: the model's score hardly tells right answers from wrong ones");
        String earlier = Files.exists(modelPackage.directory().resolve(CertificateFile.NAME))
                ? " The %s that is there was left as it is.".formatted(CertificateFile.NAME)
                : "";
        return "a risk of %s cannot be certified for %s with %s confidence: no threshold on its score holds on these images, so nothing could be accepted under such a promise. No certificate was written; %s.%s"
                .formatted(
                        Figures.finePercent(options.targetRisk()),
                        modelPackage,
                        Figures.finePercent(options.confidence()),
                        possible,
                        earlier);
    }
}
