package io.tiergate.cli.demo;

/** Grey images of one size, with the class of each. Safe for use by several threads. */
sealed interface LabeledImages permits RepeatedImages, GeneratedParts {
    int rows();

    int columns();

    /** The pixels of an image, row by row, one unsigned byte each; after the last image the first comes again. */
    byte[] image(int index);

    /** The class of that image. */
    int label(int index);

    int highestLabel();

    /** What they are called in a sentence, in the plural. */
    String noun();
}
