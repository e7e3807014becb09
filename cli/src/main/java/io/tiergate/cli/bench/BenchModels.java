package io.tiergate.cli.bench;

import io.tiergate.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The model repositories of the comparison, made from the demonstration's edge model. */
final class BenchModels {
    static final String MODEL = "parts-edge";

    private final Path original;
    private final Path folder;

    /**
     * @param models the committed repository
     * @param folder takes the repositories
     */
    BenchModels(Path models, Path folder) {
        this.original = models.resolve(MODEL).resolve("1");
        this.folder = folder;
        if (!Files.isRegularFile(onnxFile())) {
            throw new CommandFailure(
                    "%s is missing (expected: the repository's own models beside its source)".formatted(onnxFile()));
        }
    }

    Path onnxFile() {
        return original.resolve("model.onnx");
    }

    /** The model as the demonstration serves it. */
    Path asCommitted() throws IOException {
        return repository("demo", Files.readString(original.resolve("model.yaml")));
    }

    /** With a gate that accepts everything which does not ask for the opposite, and draws no audits. */
    Path accepting() throws IOException {
        String manifest = Files.readString(original.resolve("model.yaml"));
        String accepting =
                manifest.replaceAll("(?m)^gate:.*$", "gate: { policy: fixed, threshold: 0.0, audit-rate: 0.0 }");
        if (accepting.equals(manifest)) {
            throw new CommandFailure("%s has no line 'gate:' to be replaced".formatted(original.resolve("model.yaml")));
        }
        return repository("accepting", accepting);
    }

    /** Without manifest: served as any server of the protocol would, without gate. */
    Path withoutGate() throws IOException {
        Path repository = folder.resolve("plain");
        copyModel(repository);
        return repository;
    }

    private Path repository(String name, String manifest) throws IOException {
        Path repository = folder.resolve(name);
        Files.writeString(copyModel(repository).resolve("model.yaml"), manifest);
        return repository;
    }

    private Path copyModel(Path repository) throws IOException {
        Path version = Files.createDirectories(repository.resolve(MODEL).resolve("1"));
        Files.copy(onnxFile(), version.resolve("model.onnx"), StandardCopyOption.REPLACE_EXISTING);
        return version;
    }
}
