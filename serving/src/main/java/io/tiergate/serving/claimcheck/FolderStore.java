package io.tiergate.serving.claimcheck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Objects as files. An object's age is the time since its file was last written or opened. */
final class FolderStore implements ObjectStore {
    private final Path root;

    FolderStore(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public void put(String key, byte[] content) throws IOException {
        requireRoot();
        Path file = file(key);
        Files.createDirectories(file.getParent());
        // Of its own name for everybody who writes the same object at the same time.
        Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                // Before the record that refers to it leaves, and before the ledger forgets the payload.
                channel.force(true);
            }
            move(part, file);
            sync(file.getParent());
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void move(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(
                    "the file system under " + file + " cannot rename files at once: " + e.getMessage(), e);
        }
    }

    /** A file's name is in its folder, which has to reach the disk too. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Optional<Stored> open(String key) throws IOException {
        requireRoot();
        Path file = file(key);
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            // A share that went away just now takes its files along.
            requireRoot();
            return Optional.empty();
        }
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // A share that may only be read: its objects age from the time they were written.
        }
        return Optional.of(new Stored(Channels.newInputStream(channel), channel.size()));
    }

    /** Leftovers of stores that were killed while they wrote go too. */
    @Override
    public long expire(String tenant, Duration age) throws IOException {
        requireRoot();
        FileTime before = FileTime.from(now().minus(age));
        long expired = 0;
        for (Path folder : list(file(tenant))) {
            for (Path file : list(folder)) {
                if (isOlder(file, before) && Files.deleteIfExists(file)) {
                    expired++;
                }
            }
        }
        return expired;
    }

    /** By the clock that gives the files their times, which on a share is not this machine's. */
    private Instant now() throws IOException {
        Path probe = Files.createTempFile(root, "now-", ".part");
        try {
            return Files.getLastModifiedTime(probe).toInstant();
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    private static boolean isOlder(Path file, FileTime before) throws IOException {
        try {
            return Files.isRegularFile(file) && Files.getLastModifiedTime(file).compareTo(before) < 0;
        } catch (NoSuchFileException e) {
            // Somebody else was faster.
            return false;
        }
    }

    /** An unmounted share looks like an empty one, in which everything is missing for good. */
    private void requireRoot() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(
                    root
                            + " (tiergate.claim-check.folder: make it, or mount its share; it is never made here, since an unmounted share is missing too)");
        }
    }

    private Path file(String key) throws IOException {
        Path file = root.resolve(key).normalize();
        if (!file.startsWith(root) || file.equals(root)) {
            throw new IOException("object '" + key + "' is outside of " + root);
        }
        return file;
    }

    @Override
    public String toString() {
        return "folder " + root;
    }

    @Override
    public void close() {}
}
