package io.tiergate.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Identifies a model by what it computes with, so that a certificate stays valid when words around the model change: SHA-256 of
 * {@code model.onnx}, followed by the name and bytes of every file in which it keeps weights.
 */
public final class ModelDigest {
    private ModelDigest() {}

    /**
     * Digests the model of a package.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     */
    public static String of(Path directory) throws IOException {
        MessageDigest digest = Sha256.begin();
        PackageDigest.update(digest, directory.resolve(ModelPackage.MODEL));
        for (Path file : PackageDigest.filesBelow(directory)) {
            String name = directory.relativize(file).toString().replace('\\', '/');
            if (!name.equals(ModelPackage.MODEL) && !isText(name)) {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                PackageDigest.update(digest, file);
            }
        }
        return Sha256.text(digest);
    }

    private static boolean isText(String name) {
        return name.matches(".*\\.(yaml|json|md|txt|svg|html|new)") || name.startsWith("LICENSE");
    }
}
