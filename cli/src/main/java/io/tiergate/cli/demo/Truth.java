package io.tiergate.cli.demo;

import java.util.List;

/**
 * What is known to be right.
 *
 * @param labels class names by index
 */
record Truth(LabeledImages images, List<String> labels) {

    /** The class name of an image. */
    String label(int index) {
        return labels.get(images.label(index));
    }

    boolean isRight(int index, String label) {
        return label(index).equals(label);
    }
}
