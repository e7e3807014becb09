package io.tiergate.cli.data;

/**
 * A rotation about the image's middle as {@code scipy.ndimage.rotate(image, degrees, reshape=False, order=1)} does it: every pixel is
 * interpolated between the four about the place it came from, and black where that place lies outside the outermost pixels' middles.
 */
final class BilinearRotation {
    private static final double RIGHT_ANGLE = 90;

    private final double cosine;
    private final double sine;

    private BilinearRotation(double cosine, double sine) {
        this.cosine = cosine;
        this.sine = sine;
    }

    /** @param degrees counter-clockwise as one sees the image */
    static BilinearRotation of(double degrees) {
        // Only within half a right angle do sine and cosine of a whole number of right angles come out exact, without
        // which
        // the outermost pixels would turn black.
        long rightAngles = Math.round(degrees / RIGHT_ANGLE);
        double rest = Math.toRadians(degrees - rightAngles * RIGHT_ANGLE);
        double cosine = Math.cos(rest);
        double sine = Math.sin(rest);
        return switch (Math.floorMod(rightAngles, 4)) {
            case 0 -> new BilinearRotation(cosine, sine);
            case 1 -> new BilinearRotation(-sine, cosine);
            case 2 -> new BilinearRotation(-cosine, -sine);
            default -> new BilinearRotation(sine, -cosine);
        };
    }

    float[] apply(float[] levels, int rows, int columns) {
        double middleRow = (rows - 1) / 2.0;
        double middleColumn = (columns - 1) / 2.0;
        double firstRow = middleRow - (cosine * middleRow + sine * middleColumn);
        double firstColumn = middleColumn - (-sine * middleRow + cosine * middleColumn);
        float[] rotated = new float[levels.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double fromRow = firstRow + row * cosine + column * sine;
                double fromColumn = firstColumn - row * sine + column * cosine;
                if (fromRow >= 0 && fromRow <= rows - 1 && fromColumn >= 0 && fromColumn <= columns - 1) {
                    rotated[row * columns + column] = between(levels, rows, columns, fromRow, fromColumn);
                }
            }
        }
        return rotated;
    }

    private static float between(float[] levels, int rows, int columns, double fromRow, double fromColumn) {
        int top = (int) fromRow;
        int left = (int) fromColumn;
        // On the last row or column the next one weighs nothing.
        int bottom = Math.min(top + 1, rows - 1);
        int right = Math.min(left + 1, columns - 1);
        double below = fromRow - top;
        double beside = fromColumn - left;
        return (float) (levels[top * columns + left] * (1 - below) * (1 - beside)
                + levels[top * columns + right] * (1 - below) * beside
                + levels[bottom * columns + left] * below * (1 - beside)
                + levels[bottom * columns + right] * below * beside);
    }
}
