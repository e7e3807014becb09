package io.tiergate.cli.data;

import io.tiergate.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** A gzip-compressed IDX file of unsigned bytes: items of one size, one after the other. */
final class IdxFile {
    private static final int UNSIGNED_BYTES = 0x08;
    private static final long LARGEST_BYTES = 1L << 30;

    private final int[] sizes;
    private final byte[] bytes;

    private IdxFile(int[] sizes, byte[] bytes) {
        this.sizes = sizes;
        this.bytes = bytes;
    }

    /**
     * Reads a file and checks it to the last byte.
     *
     * @param dimensions how many the file must have
     * @throws CommandFailure naming the file and what is wrong with it
     */
    static IdxFile read(Path file, int dimensions) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            int magic = readInt(in, file);
            int expected = UNSIGNED_BYTES << 8 | dimensions;
            if (magic != expected) {
                throw wrong(file, "its magic number is %d (expected: %d)".formatted(magic, expected));
            }
            int[] sizes = new int[dimensions];
            long total = 1;
            for (int i = 0; i < dimensions; i++) {
                sizes[i] = readInt(in, file);
                if (sizes[i] < 1) {
                    throw wrong(
                            file, "the size of its dimension %d is %d (expected: 1 or more)".formatted(i, sizes[i]));
                }
                total = Math.multiplyExact(total, (long) sizes[i]);
            }
            if (total > LARGEST_BYTES) {
                throw wrong(
                        file, "its header promises %d bytes (expected: at most %d)".formatted(total, LARGEST_BYTES));
            }
            byte[] bytes = in.readNBytes((int) total);
            if (bytes.length != total || in.read() >= 0) {
                throw wrong(
                        file,
                        "its header %s promises %d bytes, but there are %s"
                                .formatted(
                                        Arrays.toString(sizes),
                                        total,
                                        bytes.length == total ? "more" : Integer.toString(bytes.length)));
            }
            return new IdxFile(sizes, bytes);
        } catch (IOException | ArithmeticException e) {
            throw wrong(file, "it cannot be read: " + e);
        }
    }

    /** Along one dimension; the first is the number of items. */
    int size(int dimension) {
        return sizes[dimension];
    }

    /** The bytes of one item. */
    byte[] item(int index) {
        int itemBytes = bytes.length / sizes[0];
        return Arrays.copyOfRange(bytes, index * itemBytes, (index + 1) * itemBytes);
    }

    private static int readInt(InputStream in, Path file) throws IOException {
        byte[] bytes = in.readNBytes(Integer.BYTES);
        if (bytes.length < Integer.BYTES) {
            throw wrong(file, "it ends within its header");
        }
        return ByteBuffer.wrap(bytes).getInt();
    }

    private static CommandFailure wrong(Path file, String what) {
        return new CommandFailure("%s is not the file it should be: %s".formatted(file, what));
    }
}
