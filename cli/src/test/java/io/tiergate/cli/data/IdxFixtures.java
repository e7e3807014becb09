package io.tiergate.cli.data;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Writes small IDX files. */
public final class IdxFixtures {
    static final int IMAGES_MAGIC = 2051;
    static final int LABELS_MAGIC = 2049;

    private IdxFixtures() {}

    static void write(Path file, int magic, int[] sizes, byte[] bytes) throws IOException {
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
            out.writeInt(magic);
            for (int size : sizes) {
                out.writeInt(size);
            }
            out.write(bytes);
        }
    }

    /**
     * Two images of two by three pixels, of classes 1 and 0.
     *
     * @return the folder
     */
    public static Path twoImages(Path folder, String split) throws IOException {
        write(folder.resolve(split + "-images-idx3-ubyte.gz"), IMAGES_MAGIC, new int[] {2, 2, 3}, new byte[] {
            0, 51, (byte) 255, 1, 2, 3, 10, 11, 12, 13, 14, 15
        });
        write(folder.resolve(split + "-labels-idx1-ubyte.gz"), LABELS_MAGIC, new int[] {2}, new byte[] {1, 0});
        return folder;
    }

    /**
     * Images of one row each.
     *
     * @param images one or more, of one length
     * @param labels one an image
     * @return the folder
     */
    public static Path rows(Path folder, String split, List<byte[]> images, byte[] labels) throws IOException {
        int columns = images.getFirst().length;
        ByteBuffer pixels = ByteBuffer.allocate(images.size() * columns);
        images.forEach(pixels::put);
        write(
                folder.resolve(split + "-images-idx3-ubyte.gz"),
                IMAGES_MAGIC,
                new int[] {images.size(), 1, columns},
                pixels.array());
        write(folder.resolve(split + "-labels-idx1-ubyte.gz"), LABELS_MAGIC, new int[] {labels.length}, labels);
        return folder;
    }
}
