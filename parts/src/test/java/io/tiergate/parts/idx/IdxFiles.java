package io.tiergate.parts.idx;

import io.tiergate.parts.GreyImage;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartClass;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads what {@link IdxWriter} wrote, written against the format's description rather than the writer. */
public final class IdxFiles {
    private IdxFiles() {}

    public static List<Part> read(Path folder, String set) throws IOException {
        try (DataInputStream images = open(folder.resolve(set + "-images-idx3-ubyte.gz"));
                DataInputStream labels = open(folder.resolve(set + "-labels-idx1-ubyte.gz"))) {
            expect(2051, images.readInt());
            expect(2049, labels.readInt());
            int count = images.readInt();
            expect(count, labels.readInt());
            int rows = images.readInt();
            int columns = images.readInt();
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] pixels = new byte[rows * columns];
                images.readFully(pixels);
                parts.add(
                        new Part(PartClass.ofNumber(labels.readUnsignedByte()), new GreyImage(columns, rows, pixels)));
            }
            expect(-1, images.read());
            expect(-1, labels.read());
            return parts;
        }
    }

    private static void expect(int expected, int found) throws IOException {
        if (expected != found) {
            throw new IOException(found + " (expected: " + expected + ")");
        }
    }

    private static DataInputStream open(Path file) throws IOException {
        return new DataInputStream(new GZIPInputStream(Files.newInputStream(file)));
    }
}
