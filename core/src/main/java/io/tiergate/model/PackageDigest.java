package io.tiergate.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/**
 * Identifies a package by its content: SHA-256 over every file's path and bytes, in the order of the paths. Two folders with
 * the same files have the same digest wherever they lie and whenever they were written.
 */
final class PackageDigest {
    private PackageDigest() {}

    static String of(Path directory) throws IOException {
        MessageDigest digest = Sha256.begin();
        for (Path file : filesBelow(directory)) {
            byte[] path =
                    directory.relativize(file).toString().replace('\\', '/').getBytes(StandardCharsets.UTF_8);
            // Lengths first: otherwise bytes could move between a path and its content unnoticed.
            digest.update(ByteBuffer.allocate(12)
                    .putInt(path.length)
                    .putLong(Files.size(file))
                    .flip());
            digest.update(path);
            update(digest, file);
        }
        return Sha256.text(digest);
    }

    /** Adds a file's bytes. */
    static void update(MessageDigest digest, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    static List<Path> filesBelow(Path directory) throws IOException {
        // A version is often a link to where its files really lie; without following it no file would count.
        try (Stream<Path> walk = Files.walk(directory, FileVisitOption.FOLLOW_LINKS)) {
            return walk.filter(Files::isRegularFile)
                    .sorted((a, b) -> directory
                            .relativize(a)
                            .toString()
                            .compareTo(directory.relativize(b).toString()))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
