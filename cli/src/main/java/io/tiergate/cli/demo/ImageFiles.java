package io.tiergate.cli.demo;

import io.tiergate.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Labelled images read from two files. */
final class ImageFiles implements LabeledImages {
    private static final String IMAGES = "test-images-idx3-ubyte.gz";
    private static final String LABELS = "test-labels-idx1-ubyte.gz";

    private final IdxFile images;
    private final IdxFile labels;

    private ImageFiles(IdxFile images, IdxFile labels) {
        this.images = images;
        this.labels = labels;
    }

    /** @throws CommandFailure if the two files are not there, broken, or do not belong together */
    static ImageFiles read(Path folder) {
        for (String file : new String[] {IMAGES, LABELS}) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new CommandFailure("--data: %s has no %s (expected: a folder with %s and %s)"
                        .formatted(folder, file, IMAGES, LABELS));
            }
        }
        IdxFile images = IdxFile.read(folder.resolve(IMAGES), 3);
        IdxFile labels = IdxFile.read(folder.resolve(LABELS), 1);
        if (images.size(0) != labels.size(0)) {
            throw new CommandFailure("--data: %s holds %d images, but %d labels (expected: as many)"
                    .formatted(folder, images.size(0), labels.size(0)));
        }
        return new ImageFiles(images, labels);
    }

    int count() {
        return images.size(0);
    }

    @Override
    public int rows() {
        return images.size(1);
    }

    @Override
    public int columns() {
        return images.size(2);
    }

    @Override
    public byte[] image(int index) {
        return images.item(index % count());
    }

    @Override
    public int label(int index) {
        return Byte.toUnsignedInt(labels.item(index % count())[0]);
    }

    @Override
    public int highestLabel() {
        return IntStream.range(0, count()).map(this::label).max().orElse(0);
    }

    @Override
    public String noun() {
        return "images";
    }
}
