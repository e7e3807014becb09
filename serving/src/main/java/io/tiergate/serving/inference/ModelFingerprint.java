package io.tiergate.serving.inference;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a model's folder looks like from outside, without a file of it being opened. Two that are equal mean the same packages, unless
 * somebody has changed a file's bytes but neither its size nor its time.
 *
 * @param versions its version folders, by name; none: there is no model in it
 * @param problem why the folder could not be looked at; empty if it could
 */
record ModelFingerprint(List<Version> versions, String problem) {
    /** Of a folder that nobody has looked at. */
    static final ModelFingerprint UNKNOWN = new ModelFingerprint(List.of(), "not looked at");

    /**
     * @param place where the folder really lies: a link may be set to another release whose files have the same sizes and times
     * @param files all below the folder, by their path in it
     */
    record Version(String name, Path place, SortedMap<String, Stamp> files) {
        Version {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        }

        private static Version of(Path folder) throws IOException {
            SortedMap<String, Stamp> files = new TreeMap<>();
            // Links are followed, as they are when the package is read. Hidden files count: rsync writes into one and
            // renames it.
            Files.walkFileTree(
                    folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile()) {
                                files.put(
                                        folder.relativize(file).toString(),
                                        new Stamp(attributes.size(), attributes.lastModifiedTime()));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
            return new Version(folder.getFileName().toString(), folder.toRealPath(), files);
        }
    }

    /** What is compared of a file. */
    record Stamp(long bytes, FileTime modified) {}

    ModelFingerprint {
        versions = List.copyOf(versions);
    }

    /** Looks at {@code <repository>/<model>}. Blocks while the attributes of every file in it are read. */
    static ModelFingerprint of(Path model) {
        try {
            List<Version> versions = new ArrayList<>();
            if (isFolder(model)) {
                for (Path folder : visibleIn(model)) {
                    if (isFolder(folder)) {
                        versions.add(Version.of(folder));
                    }
                }
            }
            return new ModelFingerprint(versions, "");
        } catch (IOException e) {
            return new ModelFingerprint(List.of(), e.toString());
        }
    }

    boolean isReadable() {
        return problem.isEmpty();
    }

    /**
     * What lies in a folder and is not hidden, in the order of the names.
     *
     * @throws IOException if it is no readable folder
     */
    static List<Path> visibleIn(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** Not {@link Files#isDirectory}: that says no where a network file system does not answer, and the model would seem gone. */
    private static boolean isFolder(Path entry) throws IOException {
        try {
            return Files.readAttributes(entry, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException e) {
            // Deleted just now, or a link to nowhere.
            return false;
        }
    }
}
