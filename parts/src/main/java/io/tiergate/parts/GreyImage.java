package io.tiergate.parts;

import java.util.Arrays;

/** An immutable grey image, row by row from the top left, one unsigned byte a pixel: 0 is black. */
public final class GreyImage {
    private final int width;
    private final int height;
    private final byte[] pixels;

    /**
     * @param pixels copied
     * @throws IllegalArgumentException if there is not one byte for each pixel of a picture that is at least 1 by 1
     */
    public GreyImage(int width, int height, byte[] pixels) {
        if (width < 1 || height < 1 || (long) width * height != pixels.length) {
            throw new IllegalArgumentException("pixels: %d bytes (expected: one each for width %d times height %d)"
                    .formatted(pixels.length, width, height));
        }
        this.width = width;
        this.height = height;
        this.pixels = pixels.clone();
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** A copy of all pixels. */
    public byte[] pixels() {
        return pixels.clone();
    }

    /** Brightness of a pixel, 0 to 255. */
    public int at(int x, int y) {
        return Byte.toUnsignedInt(pixels[y * width + x]);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GreyImage that && width == that.width && Arrays.equals(pixels, that.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * width + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
