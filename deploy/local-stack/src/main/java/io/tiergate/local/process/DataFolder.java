package io.tiergate.local.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A folder that belongs to one process at a time; the claim ends with the process, however that ends. */
public final class DataFolder implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Path folder;
    private final FileChannel channel;

    private DataFolder(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Makes the folder if it is missing and claims it.
     *
     * @param within how long to wait for an earlier owner that is just ending
     * @throws IOException if it cannot be written, or another process has it
     */
    public static DataFolder claim(Path folder, Duration within) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path owner = folder.resolve("owner");
        FileChannel channel =
                FileChannel.open(owner, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long deadlineNanos = System.nanoTime() + within.toNanos();
        while (!lock(channel)) {
            if (System.nanoTime() >= deadlineNanos) {
                String pid = Files.readString(owner, StandardCharsets.US_ASCII).strip();
                channel.close();
                throw new IOException("data folder %s is in use by process %s. Stop that, or choose another folder"
                        .formatted(folder, pid));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return new DataFolder(folder.toRealPath(), channel);
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    public Path path() {
        return folder;
    }

    /** A file or folder in it. */
    public Path resolve(String name) {
        return folder.resolve(name);
    }

    /** The text stored under a name; stored first, and safely on disk, if it is not there yet. */
    public String remember(String name, Supplier<String> initial) throws IOException {
        Path file = resolve(name);
        if (!Files.exists(file)) {
            store(name, initial.get());
        }
        return Files.readString(file).strip();
    }

    /** Stores a text so that after a crash it is there either whole or not at all. */
    public void store(String name, String text) throws IOException {
        Path unfinished = resolve(name + ".part");
        Files.write(
                unfinished,
                List.of(text),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(unfinished, resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes a folder with all that is in it; one that is not there is no error. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
