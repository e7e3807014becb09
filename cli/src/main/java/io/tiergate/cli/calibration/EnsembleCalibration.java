package io.tiergate.cli.calibration;

import io.tiergate.cli.CommandFailure;
import io.tiergate.cli.Figures;
import io.tiergate.cli.Terminal;
import io.tiergate.cli.data.ImageInput;
import io.tiergate.cli.model.PackageAt;
import io.tiergate.ensemble.Classification;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.ensemble.MemberOpinion;
import io.tiergate.ensemble.Opinion;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.EnsembleManifestFile;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.RefusedPackageException;
import io.tiergate.runtime.SessionSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * Fits an ensemble's temperatures to one half of labelled images, chooses its adjudication's limit by the other, and writes both into its
 * manifest.
 */
public final class EnsembleCalibration {
    private final EnsembleOptions options;
    private final PrintWriter out;
    private final Terminal terminal;

    /** @param terminal shows progress */
    public EnsembleCalibration(EnsembleOptions options, PrintWriter out, Terminal terminal) {
        this.options = options;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Runs the members over the images, and writes and reports what follows from their answers.
     *
     * @throws CommandFailure if something cannot be read or written, a member fails, or the images support no limit
     */
    public void run() throws IOException {
        ModelPackage modelPackage = new PackageAt("--model", options.model()).ensemble();
        if (!options.dryRun() && !Files.isWritable(modelPackage.directory())) {
            throw cannotBeWritten(modelPackage, "it is read-only", null);
        }
        EnsembleManifest manifest = (EnsembleManifest) modelPackage.manifest().orElseThrow();
        LabeledImages images = LabeledImages.read(
                options.data(), "calibration", "--data", manifest.labels().size());
        calibrate(modelPackage, manifest, opinions(modelPackage, manifest, images));
    }

    private List<LabeledOpinion> opinions(ModelPackage modelPackage, EnsembleManifest manifest, LabeledImages images) {
        try (Ensemble ensemble = Ensemble.open(modelPackage, manifest, SessionSettings.SINGLE_THREADED)) {
            ImageInput input =
                    ImageInput.of(modelPackage.name(), ensemble.signature(), images.rows(), images.columns());
            return images.labelOpinions(Batches.run(
                    images.images(),
                    true,
                    modelPackage.toString(),
                    terminal,
                    batch -> members(ensemble, input, batch)));
        }
    }

    private static List<List<MemberOpinion>> members(Ensemble ensemble, ImageInput input, List<byte[]> batch) {
        Classification said = ensemble.classify(List.of(input.tensor(batch)));
        if (!said.absences().isEmpty()) {
            throw new CommandFailure("--model: %s of %s cannot run on these images (expected: an answer to each)"
                    .formatted(said.absences().getFirst().member(), ensemble.modelPackage()));
        }
        return said.opinions().stream().map(Opinion::members).toList();
    }

    private void calibrate(ModelPackage modelPackage, EnsembleManifest manifest, List<LabeledOpinion> known)
            throws IOException {
        List<LabeledOpinion> fitting =
                known.stream().filter(LabeledOpinion::first).toList();
        List<LabeledOpinion> choosing =
                known.stream().filter(each -> !each.first()).toList();
        check(modelPackage, manifest, fitting);
        check(modelPackage, manifest, choosing);
        MemberTemperatures temperatures = new MemberTemperatures(manifest, fitting);
        AdjudicationLimit limit = options.limit().orElse(AdjudicationLimit.of(manifest.adjudication()));
        AdjudicationChoice before = choice(limit, manifest, choosing, Function.identity());
        AdjudicationChoice after = choice(limit, manifest, choosing, temperatures::refitted);
        EnsembleReport report = new EnsembleReport(options, limit, out);
        AdjudicationChoice.Candidate chosen = chosen(after, modelPackage, limit, report);
        report.print(manifest, temperatures.fitted(), known.size(), choosing.size());
        report.printBefore(manifest.adjudication(), before);
        report.printChoice(after, chosen);
        EnsembleManifest calibrated = manifest.calibrated(temperatures.fitted(), after.adjudication(chosen));
        report.printWritten(options.dryRun() ? Optional.empty() : Optional.of(write(modelPackage, calibrated)));
        out.flush();
    }

    private static void check(ModelPackage modelPackage, EnsembleManifest manifest, List<LabeledOpinion> half) {
        for (int m = 0; m < manifest.members().size(); m++) {
            int member = m;
            if (half.stream()
                    .noneMatch(each -> each.members().get(member).distribution().isPresent())) {
                throw new CommandFailure(
                        "--data: %s of %s gives no usable answer to any of %d images (expected: to most; the images are dealt out in two halves, for temperatures and for the limit)"
                                .formatted(manifest.members().get(m).file(), modelPackage, half.size()));
            }
        }
    }

    private static AdjudicationChoice choice(
            AdjudicationLimit limit,
            EnsembleManifest manifest,
            List<LabeledOpinion> known,
            Function<List<MemberOpinion>, List<MemberOpinion>> refitted) {
        return new AdjudicationChoice(
                limit,
                manifest.adjudication(),
                known.stream()
                        .map(each -> Opinion.of(manifest, refitted.apply(each.members())))
                        .toList(),
                known.stream().mapToInt(LabeledOpinion::label).toArray());
    }

    private AdjudicationChoice.Candidate chosen(
            AdjudicationChoice choice, ModelPackage modelPackage, AdjudicationLimit limit, EnsembleReport report) {
        if (options.peopleShare().isPresent()) {
            double share = options.peopleShare().getAsDouble();
            return choice.withShare(share)
                    .orElseThrow(() -> new CommandFailure(
                            "--people-share: %s (expected: more, since a missing quorum and the other rules of adjudication alone send more samples of %s to people)"
                                    .formatted(share, modelPackage)));
        }
        AdjudicationChoice.Certified found = choice.certified(options.targetRisk(), options.confidence())
                .orElseThrow(() -> new CommandFailure(refusal(choice, modelPackage, limit)));
        report.certified(found);
        return found.candidate();
    }

    private String refusal(AdjudicationChoice choice, ModelPackage modelPackage, AdjudicationLimit limit) {
        String possible = DoubleStream.of(Calibration.OTHER_TARGETS)
                .boxed()
                .flatMap(target -> choice.certified(target, options.confidence()).stream())
                .findFirst()
                .map(offer -> "the lowest usual target that can be is %s (--target-risk %s), with %s for people"
                        .formatted(
                                Figures.finePercent(offer.targetRisk()),
                                offer.targetRisk(),
                                Figures.finePercent(
                                        offer.candidate().shares().people().value())))
                .orElse("nor can 30 %%: its %s hardly tells right answers from wrong ones".formatted(limit.word()));
        return "a risk of %s cannot be certified for %s with %s confidence: no %s holds on these images. The model.yaml was left as it is; %s."
                .formatted(
                        Figures.finePercent(options.targetRisk()),
                        modelPackage,
                        Figures.finePercent(options.confidence()),
                        limit.word(),
                        possible);
    }

    private static Path write(ModelPackage modelPackage, EnsembleManifest calibrated) {
        try {
            return EnsembleManifestFile.write(modelPackage, calibrated);
        } catch (IOException | RefusedPackageException e) {
            throw cannotBeWritten(modelPackage, e.getMessage(), e);
        }
    }

    private static CommandFailure cannotBeWritten(ModelPackage modelPackage, String why, Exception e) {
        return new CommandFailure(
                "--model: %s cannot be written into %s: %s; calibrate a copy of the package, or use --dry-run"
                        .formatted(ModelPackage.MANIFEST, modelPackage.directory(), why),
                e);
    }
}
