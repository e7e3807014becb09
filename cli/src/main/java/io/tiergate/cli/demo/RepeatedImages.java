package io.tiergate.cli.demo;

import io.tiergate.cli.data.ImageFiles;

/** Images from files, over and over. */
record RepeatedImages(ImageFiles files) implements LabeledImages {
    @Override
    public int rows() {
        return files.rows();
    }

    @Override
    public int columns() {
        return files.columns();
    }

    @Override
    public byte[] image(int index) {
        return files.image(index % files.count());
    }

    @Override
    public int label(int index) {
        return files.label(index % files.count());
    }

    @Override
    public int highestLabel() {
        return files.highestLabel();
    }

    @Override
    public String noun() {
        return "images";
    }
}
