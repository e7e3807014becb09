package io.tiergate.parts.idx;

import io.tiergate.parts.Part;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Writes labelled images as two gzip-compressed IDX files, {@code <set>-images-idx3-ubyte.gz} and
 * {@code <set>-labels-idx1-ubyte.gz}: a big-endian header with magic number and sizes, then one unsigned byte a value.
 */
public final class IdxWriter {
    private static final int IMAGES_MAGIC = 0x0803;
    private static final int LABELS_MAGIC = 0x0801;

    private IdxWriter() {}

    /**
     * Writes the first parts of a stream, replacing files of the same names.
     *
     * @param folder made if it is not there
     * @param set first word of the file names: {@code train}, {@code calibration} or {@code test}
     * @param parts at least {@code count}, all of one size
     * @param count 1 or more
     * @throws IOException if a file cannot be written
     * @throws IllegalArgumentException if there are fewer parts than promised, or their sizes differ
     */
    public static void write(Path folder, String set, Stream<Part> parts, int count) throws IOException {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: 1 or more)");
        }
        Files.createDirectories(folder);
        try (DataOutputStream images = open(folder.resolve(set + "-images-idx3-ubyte.gz"));
                DataOutputStream labels = open(folder.resolve(set + "-labels-idx1-ubyte.gz"))) {
            write(images, labels, parts.iterator(), count);
        }
    }

    private static void write(DataOutputStream images, DataOutputStream labels, Iterator<Part> parts, int count)
            throws IOException {
        labels.writeInt(LABELS_MAGIC);
        labels.writeInt(count);
        int height = 0;
        int width = 0;
        for (int i = 0; i < count; i++) {
            if (!parts.hasNext()) {
                throw new IllegalArgumentException("parts: %d (expected: %d or more)".formatted(i, count));
            }
            Part part = parts.next();
            if (i == 0) {
                height = part.image().height();
                width = part.image().width();
                images.writeInt(IMAGES_MAGIC);
                images.writeInt(count);
                images.writeInt(height);
                images.writeInt(width);
            } else if (part.image().height() != height || part.image().width() != width) {
                throw new IllegalArgumentException("part %d: image of %s (expected: %dx%d, as the first)"
                        .formatted(i, part.image(), width, height));
            }
            images.write(part.image().pixels());
            labels.writeByte(part.label().number());
        }
    }

    private static DataOutputStream open(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(out), 1 << 16));
    }
}
