package io.tiergate.cli.data;

import io.tiergate.cli.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Grey images of one size with the class of each, read from two files. Safe for use by several threads. */
public final class ImageFiles {
    private final IdxFile images;
    private final IdxFile labels;

    private ImageFiles(IdxFile images, IdxFile labels) {
        this.images = images;
        this.labels = labels;
    }

    /**
     * Reads one split of a data set whole. Files of other splits in the folder are never opened: what is calibrated on must not be what
     * is tested on.
     *
     * @param split {@code calibration} or {@code test}: what the names of its two files start with
     * @param option by which the folder was given, for the error's words
     * @throws CommandFailure if the two files are not there, broken, or do not belong together
     */
    public static ImageFiles read(Path folder, String split, String option) {
        String imagesFile = split + "-images-idx3-ubyte.gz";
        String labelsFile = split + "-labels-idx1-ubyte.gz";
        for (String file : List.of(imagesFile, labelsFile)) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new CommandFailure("%s: %s has no %s (expected: a folder with %s and %s)"
                        .formatted(option, folder, file, imagesFile, labelsFile));
            }
        }
        IdxFile images = IdxFile.read(folder.resolve(imagesFile), 3);
        IdxFile labels = IdxFile.read(folder.resolve(labelsFile), 1);
        if (images.size(0) != labels.size(0)) {
            throw new CommandFailure("%s: %s holds %d %s images, but %d labels (expected: as many)"
                    .formatted(option, folder, images.size(0), split, labels.size(0)));
        }
        return new ImageFiles(images, labels);
    }

    /** 1 or more. */
    public int count() {
        return images.size(0);
    }

    public int rows() {
        return images.size(1);
    }

    public int columns() {
        return images.size(2);
    }

    /**
     * The pixels of an image, row by row, one unsigned byte each; a copy.
     *
     * @param index below {@link #count}
     */
    public byte[] image(int index) {
        return images.item(index);
    }

    /** The class of that image, 0 to 255. */
    public int label(int index) {
        return Byte.toUnsignedInt(labels.item(index)[0]);
    }

    public int highestLabel() {
        return IntStream.range(0, count()).map(this::label).max().orElse(0);
    }
}
