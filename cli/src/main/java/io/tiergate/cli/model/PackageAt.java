package io.tiergate.cli.model;

import io.tiergate.cli.CommandFailure;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.Manifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the one package that a person means by a folder: a version's, or a model's, which means its highest version. */
public final class PackageAt {
    private final String option;
    private final Path path;

    /** @param option by which the folder was given, for errors' words */
    public PackageAt(String option, Path path) {
        this.option = option;
        this.path = path;
    }

    /** @throws CommandFailure if there is no package of an edge model with a {@code model.yaml} */
    public ModelPackage edge() {
        return find(EdgeManifest.class, "an edge model with a model.yaml; 'tiergate model pack' makes one");
    }

    /** @throws CommandFailure if there is no package of an ensemble */
    public ModelPackage ensemble() {
        return find(EnsembleManifest.class, "an ensemble: kind: ensemble in its model.yaml");
    }

    /**
     * Whether the package is one of an ensemble.
     *
     * @throws CommandFailure if there is no package
     */
    public boolean isEnsemble() {
        return find().manifest().orElse(null) instanceof EnsembleManifest;
    }

    private ModelPackage find(Class<? extends Manifest> kind, String expected) {
        ModelPackage found = find();
        Optional<Manifest> manifest = found.manifest();
        if (manifest.filter(kind::isInstance).isEmpty()) {
            throw new CommandFailure(
                    "%s: %s is another kind of package (expected: %s)".formatted(option, found, expected));
        }
        return found;
    }

    private ModelPackage find() {
        Path folder = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure(
                    "%s: %s is not a folder (expected: a model's folder, or a version's)".formatted(option, path));
        }
        ModelRepository.Listing listing =
                isVersion(folder) ? ModelRepository.listVersion(folder) : ModelRepository.listModel(folder);
        return listing.packages().stream()
                .findFirst()
                .orElseThrow(
                        () -> new CommandFailure("%s: %s has no package%s (expected: a model's folder, or a version's)"
                                .formatted(option, path, refusal(listing))));
    }

    private static boolean isVersion(Path folder) {
        return Files.exists(folder.resolve(ModelPackage.MANIFEST)) || Files.exists(folder.resolve(ModelPackage.MODEL));
    }

    private static String refusal(ModelRepository.Listing listing) {
        return listing.refusals().stream()
                .findFirst()
                .map(refused -> ": " + refused)
                .orElse("");
    }
}
