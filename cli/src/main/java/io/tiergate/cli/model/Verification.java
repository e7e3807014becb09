package io.tiergate.cli.model;

import io.tiergate.cli.CommandFailure;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.gate.GatePolicy;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.Manifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Reads and opens packages as the services would, and tells of each whether it would be served. */
public final class Verification {
    private final PrintWriter out;
    private int refused;

    private Verification(PrintWriter out) {
        this.out = out;
    }

    /**
     * Prints one line a package.
     *
     * @param path a repository, a model's folder, or a version's
     * @throws CommandFailure if there is no package, or one is refused
     */
    public static void run(Path path, PrintWriter out) throws IOException {
        ModelRepository.Listing listing = list(path.toAbsolutePath().normalize());
        int count = listing.packages().size() + listing.refusals().size();
        if (count == 0) {
            throw new CommandFailure(
                    "%s has no packages (expected: a repository <model>/<version>/model.onnx, or a folder in one)"
                            .formatted(path));
        }
        int refused = new Verification(out).verify(listing);
        out.flush();
        if (refused > 0) {
            throw new CommandFailure("%d of %d packages would be refused by the services".formatted(refused, count));
        }
    }

    private static ModelRepository.Listing list(Path path) throws IOException {
        if (Files.isRegularFile(path)) {
            throw new CommandFailure(
                    "%s is a file (expected: a folder of packages); for an ONNX file there is 'tiergate model inspect'"
                            .formatted(path));
        }
        if (path.getNameCount() >= 2 && looksLikePackage(path)) {
            return ModelRepository.listVersion(path);
        }
        if (path.getNameCount() >= 1 && holdsVersions(path)) {
            return ModelRepository.listModel(path);
        }
        return ModelRepository.list(path);
    }

    private static boolean looksLikePackage(Path folder) {
        return Files.exists(folder.resolve(ModelPackage.MANIFEST)) || Files.exists(folder.resolve(ModelPackage.MODEL));
    }

    private static boolean holdsVersions(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.anyMatch(Verification::looksLikePackage);
        }
    }

    private int verify(ModelRepository.Listing listing) {
        for (ModelPackage candidate : listing.packages()) {
            Optional<String> reason = refusal(candidate, listing.packages());
            if (reason.isPresent()) {
                refuse(candidate.toString(), reason.get());
            } else {
                out.println("ok       %s  %s  %s".formatted(candidate, candidate.digest(), describe(candidate)));
            }
        }
        listing.refusals().forEach(refusal -> refuse(refusal.model() + "/" + refusal.version(), refusal.reason()));
        return refused;
    }

    private void refuse(String name, String reason) {
        refused++;
        out.println("refused  %s  %s".formatted(name, reason));
    }

    private static Optional<String> refusal(ModelPackage candidate, List<ModelPackage> all) {
        try {
            Optional<Manifest> manifest = candidate.manifest();
            if (manifest.isPresent() && manifest.get() instanceof EnsembleManifest ensemble) {
                Ensemble.open(candidate, ensemble, SessionSettings.SINGLE_THREADED)
                        .close();
                return ensemble.labelMismatch(all);
            }
            try (EdgeModel model = EdgeModel.open(candidate, SessionSettings.SINGLE_THREADED)) {
                model.gate(RandomGenerator.getDefault(), System::nanoTime);
            }
            return Optional.empty();
        } catch (UnusableModelException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static String describe(ModelPackage candidate) {
        return switch (candidate.manifest().orElse(null)) {
            case null -> "no model.yaml: served without a gate";
            case EnsembleManifest ensemble ->
                "ensemble of " + ensemble.members().size();
            case EdgeManifest edge ->
                "%s%s%s"
                        .formatted(
                                edge.gate()
                                        .map(gate -> accepts(
                                                gate.policy(),
                                                edge.confidence().score().word()))
                                        .orElse("served without a gate"),
                                edge.escalation()
                                        .map(escalation -> ", escalates to %s (payload: %s)"
                                                .formatted(
                                                        escalation.ensemble(),
                                                        escalation.payload().word()))
                                        .orElse(""),
                                edge.preprocessing()
                                        .map(p -> ", takes " + p.image().word() + " pictures")
                                        .orElse(""));
        };
    }

    private static String accepts(GatePolicy policy, String score) {
        return switch (policy) {
            case GatePolicy.Fixed fixed -> "accepts at %s %s".formatted(score, fixed.threshold());
            case GatePolicy.Risk risk -> "accepts by %s as its certificate promises".formatted(score);
            case GatePolicy.Budget budget -> "accepts by %s what its budget leaves".formatted(score);
            case GatePolicy.Shadow shadow -> "accepts everything";
        };
    }
}
