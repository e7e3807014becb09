package io.tiergate.serving.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model repository as it looks at one moment.
 *
 * @param identity of the repository's own folder: another one lies under a mount point once its volume is gone; absent where the file
 *     system has no such thing
 * @param models by name; folders without a version in them are no models
 */
record RepositoryLook(Optional<Object> identity, SortedMap<String, ModelFingerprint> models) {
    RepositoryLook {
        models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
    }

    /**
     * Looks at a repository. Blocks while the attributes of every file in it are read.
     *
     * @throws IOException if the repository is no readable folder
     */
    static RepositoryLook at(Path repository) throws IOException {
        SortedMap<String, ModelFingerprint> models = new TreeMap<>();
        for (Path model : ModelFingerprint.visibleIn(repository)) {
            ModelFingerprint fingerprint = ModelFingerprint.of(model);
            if (!fingerprint.isReadable() || !fingerprint.versions().isEmpty()) {
                models.put(model.getFileName().toString(), fingerprint);
            }
        }
        Object identity =
                Files.readAttributes(repository, BasicFileAttributes.class).fileKey();
        return new RepositoryLook(Optional.ofNullable(identity), models);
    }

    /** How a model's folder looks; empty if it is not there. */
    Optional<ModelFingerprint> of(String model) {
        return Optional.ofNullable(models.get(model));
    }
}
