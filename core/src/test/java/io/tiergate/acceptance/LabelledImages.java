package io.tiergate.acceptance;

import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Grey square images and their labels from two gzip-compressed IDX files. */
final class LabelledImages {
    private static final int IMAGES_MAGIC = 2051;
    private static final int LABELS_MAGIC = 2049;

    private final byte[] pixels;
    private final int imageBytes;
    private final int[] labels;

    private LabelledImages(byte[] pixels, int imageBytes, int[] labels) {
        this.pixels = pixels;
        this.imageBytes = imageBytes;
        this.labels = labels;
    }

    static LabelledImages read(Path folder, String name) throws IOException {
        byte[] pixels;
        int count;
        int imageBytes;
        try (DataInputStream in = open(folder.resolve(name + "-images-idx3-ubyte.gz"), IMAGES_MAGIC)) {
            count = in.readInt();
            imageBytes = in.readInt() * in.readInt();
            pixels = in.readAllBytes();
        }
        int[] labels;
        try (DataInputStream in = open(folder.resolve(name + "-labels-idx1-ubyte.gz"), LABELS_MAGIC)) {
            labels = new int[in.readInt()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = in.readUnsignedByte();
            }
        }
        if (labels.length != count || pixels.length != count * imageBytes) {
            throw new IOException(
                    "%s: %d images and %d bytes for %d labels".formatted(name, count, pixels.length, labels.length));
        }
        return new LabelledImages(pixels, imageBytes, labels);
    }

    int size() {
        return labels.length;
    }

    /** Index of the true class. */
    int label(int image) {
        return labels[image];
    }

    /** A batch as the models want it: NCHW, one channel, byte / 255. */
    Tensor batch(String input, int from, int count) {
        float[] values = new float[count * imageBytes];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(pixels[from * imageBytes + i]) / 255f;
        }
        int side = (int) Math.sqrt(imageBytes);
        return Tensor.ofFloats(input, Shape.of(count, 1, side, side), values);
    }

    private static DataInputStream open(Path file, int magic) throws IOException {
        DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
        int found = in.readInt();
        if (found != magic) {
            in.close();
            throw new IOException("%s: magic number %d (expected: %d)".formatted(file.getFileName(), found, magic));
        }
        return in;
    }
}
