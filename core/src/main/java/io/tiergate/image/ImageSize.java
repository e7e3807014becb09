package io.tiergate.image;

/** A picture's size in pixels. */
public record ImageSize(int height, int width) {
    /** The longest side that a model's picture may have; far above what any classifier takes. */
    public static final int LONGEST_SIDE = 8192;

    public ImageSize {
        if (height < 1 || width < 1 || height > LONGEST_SIDE || width > LONGEST_SIDE) {
            throw new IllegalArgumentException("resize: [%d, %d] (expected: height and width, each from 1 to %d)"
                    .formatted(height, width, LONGEST_SIDE));
        }
    }

    @Override
    public String toString() {
        return height + " by " + width;
    }
}
