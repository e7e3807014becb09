package io.tiergate.cloud.display;

import io.tiergate.runtime.Shape;

/**
 * How the dimensions of a sample's tensor are to be understood, each by its letter.
 *
 * @param letters outermost first, without the batch
 * @param shape of as many dimensions
 */
record Axes(String letters, Shape shape) {
    private static final char BATCH = 'N';

    /**
     * @param layout may name the batch; whether the tensor has one is told from its number of dimensions
     */
    static Axes of(String layout, Shape shape) throws UndrawableException {
        String letters = layout.replace(String.valueOf(BATCH), "");
        Shape sample = shape.rank() == letters.length() + 1 ? withoutBatch(shape) : shape;
        if (sample.rank() != letters.length()) {
            throw new UndrawableException("shape %s does not fit layout %s".formatted(ElementText.of(shape), layout));
        }
        return new Axes(letters, sample);
    }

    /** The same shape without an outermost dimension of size 1, which is the batch. */
    static Shape withoutBatch(Shape shape) {
        if (shape.rank() < 2 || shape.size(0) != 1) {
            return shape;
        }
        long[] sizes = new long[shape.rank() - 1];
        System.arraycopy(shape.toArray(), 1, sizes, 0, sizes.length);
        return Shape.of(sizes);
    }

    /** Of the dimension with this letter; 1 if there is none. */
    int size(char letter) {
        int dimension = letters.indexOf(letter);
        return dimension < 0 ? 1 : Math.toIntExact(shape.size(dimension));
    }

    /** How many elements lie between two neighbours along the dimension with this letter; 0 if there is none. */
    int stride(char letter) {
        int dimension = letters.indexOf(letter);
        if (dimension < 0) {
            return 0;
        }
        long stride = 1;
        for (int inner = dimension + 1; inner < shape.rank(); inner++) {
            stride *= shape.size(inner);
        }
        return Math.toIntExact(stride);
    }
}
