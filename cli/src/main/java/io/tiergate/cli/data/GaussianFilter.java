package io.tiergate.cli.data;

/**
 * A Gaussian filter as {@code scipy.ndimage.gaussian_filter} does it by default: cut off after four standard deviations, and with the
 * image mirrored about its outer edge, so that the outermost pixels come twice.
 */
final class GaussianFilter {
    private static final double TRUNCATE = 4;

    /** By distance from the middle. */
    private final double[] weights;

    private GaussianFilter(double[] weights) {
        this.weights = weights;
    }

    /** @param sigma in pixels, 0 or more; below 1/8 nothing is left of the filter but its middle */
    static GaussianFilter of(double sigma) {
        int radius = (int) (TRUNCATE * sigma + 0.5);
        double[] weights = new double[radius + 1];
        weights[0] = 1;
        double sum = 1;
        for (int distance = 1; distance <= radius; distance++) {
            weights[distance] = Math.exp(-0.5 / (sigma * sigma) * (distance * distance));
            sum += 2 * weights[distance];
        }
        for (int distance = 0; distance <= radius; distance++) {
            weights[distance] /= sum;
        }
        return new GaussianFilter(weights);
    }

    float[] apply(float[] levels, int rows, int columns) {
        float[] down = new float[levels.length];
        for (int column = 0; column < columns; column++) {
            line(levels, down, column, columns, rows);
        }
        float[] across = new float[levels.length];
        for (int row = 0; row < rows; row++) {
            line(down, across, row * columns, 1, columns);
        }
        return across;
    }

    private void line(float[] from, float[] to, int start, int step, int length) {
        for (int i = 0; i < length; i++) {
            double sum = from[start + i * step] * weights[0];
            // From the outside in, as SciPy adds.
            for (int distance = weights.length - 1; distance > 0; distance--) {
                double before = from[start + mirrored(i - distance, length) * step];
                double after = from[start + mirrored(i + distance, length) * step];
                sum += (before + after) * weights[distance];
            }
            to[start + i * step] = (float) sum;
        }
    }

    private static int mirrored(int index, int length) {
        int inPeriod = Math.floorMod(index, 2 * length);
        return Math.min(inPeriod, 2 * length - 1 - inPeriod);
    }
}
