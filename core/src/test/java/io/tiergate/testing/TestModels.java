package io.tiergate.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The hand-checkable models that {@code core/src/test/models/make_models.py} makes and explains: repository {@code tiny} of models
 * that work, repository {@code kinds} of models of every kind that ONNX Runtime runs, repository {@code fragile} of models that fail on
 * some inputs, repository {@code batches} of models that care what runs beside them, repository {@code slow}
 * of models that take as long as they are told, and repository {@code broken} with one good package among the broken ones.
 */
public final class TestModels {
    private static final String ROOT = "/models/";

    private TestModels() {}

    /**
     * Writes a model repository to a folder, from the class path or from within a jar.
     *
     * @param repository {@code tiny}, {@code kinds}, {@code fragile}, {@code slow}, {@code batches} or {@code broken}
     * @param target made if it is missing; becomes the repository
     * @return the target
     * @throws IOException if there is no such repository, a file of it exists in the target already, or the target cannot be written
     */
    public static Path copyTo(String repository, Path target) throws IOException {
        List<String> files = filesOf(repository);
        for (String file : files) {
            copy(repository + "/" + file, target.resolve(file));
        }
        return target;
    }

    /**
     * Writes one model of a repository, all its versions, to a folder.
     *
     * @param target the repository to which the model is added; made if it is missing
     * @return the target
     * @throws IOException as {@link #copyTo(String, Path)} does
     */
    public static Path copyTo(String repository, String model, Path target) throws IOException {
        List<String> files = filesOf(repository).stream()
                .filter(file -> file.startsWith(model + "/"))
                .toList();
        if (files.isEmpty()) {
            throw new FileNotFoundException("test model " + repository + "/" + model
                    + " does not exist (expected: one that make_models.py makes)");
        }
        for (String file : files) {
            copy(repository + "/" + file, target.resolve(file));
        }
        return target;
    }

    private static List<String> filesOf(String repository) throws IOException {
        List<String> files;
        try (InputStream in = open("index.txt")) {
            files = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(file -> file.startsWith(repository + "/"))
                    .map(file -> file.substring(repository.length() + 1))
                    .toList();
        }
        if (files.isEmpty()) {
            throw new FileNotFoundException("test model repository " + repository
                    + " does not exist (expected: tiny, kinds, fragile or broken)");
        }
        return files;
    }

    private static void copy(String resource, Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (InputStream in = open(resource)) {
            Files.copy(in, file);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = TestModels.class.getResourceAsStream(ROOT + resource);
        if (in == null) {
            throw new FileNotFoundException("test resource " + ROOT + resource
                    + " is not on the class path. Run core/src/test/models/make_models.py.");
        }
        return in;
    }
}
