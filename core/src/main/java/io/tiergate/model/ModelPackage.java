package io.tiergate.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One version of one model on disk.
 *
 * @param version 1 or more
 * @param digest {@code sha256:} and 64 hexadecimal digits over all files of the package
 * @param manifest absent for a bare {@code model.onnx}, which is served without a gate
 */
public record ModelPackage(String name, long version, Path directory, String digest, Optional<Manifest> manifest) {
    /** File name of the manifest. */
    public static final String MANIFEST = "model.yaml";
    /** File name of a single model. */
    public static final String MODEL = "model.onnx";

    /** The model's file, for packages other than ensembles. */
    public Path modelFile() {
        return directory.resolve(MODEL);
    }

    @Override
    public String toString() {
        return name + "/" + version;
    }
}
