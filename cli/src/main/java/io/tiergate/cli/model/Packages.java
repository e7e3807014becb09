package io.tiergate.cli.model;

import io.tiergate.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Names and versions of packages in a repository. */
final class Packages {
    /** As folders on every system, in configuration keys and in metric labels. */
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

    private static final String VERSION = "[1-9]\\d{0,17}";

    private Packages() {}

    static void checkName(String name) {
        if (!name.matches(NAME)) {
            throw new CommandFailure(
                    "--name: '%s' (expected: letters, digits, '.', '_' and '-', at most 100, the first a letter or digit)"
                            .formatted(name));
        }
    }

    /** A name for a package, made from a file's. */
    static String nameFrom(String file) {
        String stem = file.replaceFirst("\\.onnx$", "")
                .replaceAll("[^A-Za-z0-9._-]", "-")
                .replaceFirst("^[._-]+", "");
        return stem.isEmpty() || stem.equals("model") ? "my-model" : stem;
    }

    /** One more than the highest version there, refused ones included. */
    static long nextVersion(Path model) throws IOException {
        if (!Files.isDirectory(model)) {
            return 1;
        }
        try (Stream<Path> entries = Files.list(model)) {
            return 1
                    + entries.map(entry -> entry.getFileName().toString())
                            .filter(Packages::isVersion)
                            .mapToLong(Long::parseLong)
                            .max()
                            .orElse(0);
        }
    }

    static boolean isVersion(String folder) {
        return folder.matches(VERSION);
    }
}
