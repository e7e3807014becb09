package io.tiergate.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a model repository: {@code <repository>/<model>/<version>/} with the package's files in it, versions being positive
 * integers. Reading opens no model; that a package is listed does not yet mean that ONNX Runtime can load it.
 */
public final class ModelRepository {
    /** A folder that looks like a package but cannot be used, and one sentence why. */
    public record Refusal(String model, String version, String reason) {
        @Override
        public String toString() {
            return model + "/" + version + ": " + reason;
        }
    }

    /**
     * @param packages by name, and the highest version of a name first
     * @param refusals in the order in which they were met
     */
    public record Listing(List<ModelPackage> packages, List<Refusal> refusals) {
        public Listing {
            packages = List.copyOf(packages);
            refusals = List.copyOf(refusals);
        }
    }

    private static final Comparator<ModelPackage> ORDER = Comparator.comparing(ModelPackage::name)
            .thenComparing(Comparator.comparing(ModelPackage::version).reversed());

    private ModelRepository() {}

    /**
     * Lists a repository.
     *
     * @throws IOException if the repository itself is no readable folder
     */
    public static Listing list(Path repository) throws IOException {
        if (!Files.isDirectory(repository)) {
            throw new IOException(
                    "model repository " + repository + " is not a folder (expected: <repository>/<model>/<version>/)");
        }
        List<ModelPackage> packages = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        for (Path model : foldersIn(repository)) {
            Listing versions = listModel(model);
            packages.addAll(versions.packages());
            refusals.addAll(versions.refusals());
        }
        packages.sort(ORDER);
        return new Listing(packages, refusals);
    }

    /** Lists the versions of one model: {@code <repository>/<model>}. */
    public static Listing listModel(Path folder) {
        List<ModelPackage> packages = new ArrayList<>();
        List<Refusal> refusals = new ArrayList<>();
        try {
            for (Path version : foldersIn(folder)) {
                Listing one = listVersion(version);
                packages.addAll(one.packages());
                refusals.addAll(one.refusals());
            }
        } catch (IOException e) {
            refusals.add(new Refusal(nameOf(folder), "*", "folder cannot be read: " + e));
        }
        packages.sort(ORDER);
        return new Listing(packages, refusals);
    }

    /** Reads one version of one model: {@code <repository>/<model>/<version>}. */
    public static Listing listVersion(Path folder) {
        String model = nameOf(folder.toAbsolutePath().getParent());
        String version = nameOf(folder);
        try {
            return new Listing(List.of(read(model, version, folder)), List.of());
        } catch (RefusedPackageException e) {
            return new Listing(List.of(), List.of(new Refusal(model, version, e.getMessage())));
        } catch (IOException e) {
            return new Listing(List.of(), List.of(new Refusal(model, version, "cannot be read: " + e)));
        }
    }

    private static String nameOf(Path folder) {
        return folder.getFileName().toString();
    }

    private static ModelPackage read(String model, String versionName, Path directory)
            throws IOException, RefusedPackageException {
        if (!versionName.matches("[1-9]\\d{0,17}")) {
            throw new RefusedPackageException("version folder '" + versionName + "' (expected: a positive integer)");
        }
        Path manifestFile = directory.resolve(ModelPackage.MANIFEST);
        var manifest = Files.exists(manifestFile)
                ? java.util.Optional.of(ManifestReader.read(manifestFile, model))
                : java.util.Optional.<Manifest>empty();
        List<String> files = manifest.filter(EnsembleManifest.class::isInstance)
                .map(ensemble -> ((EnsembleManifest) ensemble)
                        .members().stream().map(EnsembleManifest.Member::file).toList())
                .orElse(List.of(ModelPackage.MODEL));
        for (String file : files) {
            if (!Files.isRegularFile(directory.resolve(file))) {
                throw new RefusedPackageException(file + " is missing");
            }
        }
        return new ModelPackage(model, Long.parseLong(versionName), directory, PackageDigest.of(directory), manifest);
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
