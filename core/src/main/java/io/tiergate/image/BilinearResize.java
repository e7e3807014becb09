package io.tiergate.image;

/**
 * Bilinear resizing with pixel centres at half coordinates, along the rows and along the columns.
 *
 * <p>When a side shrinks, the filter is widened by the same factor, so that every source pixel counts and fine structure does not
 * turn into noise: the rule by which Pillow, and with it torchvision, resizes the pictures that models are trained on. A side that
 * keeps its length is not touched.
 */
final class BilinearResize {
    private BilinearResize() {}

    static Pixels to(ImageSize size, Pixels source) {
        Taps across = Taps.of(source.width(), size.width());
        Taps down = Taps.of(source.height(), size.height());
        // What lies between is small this way: a picture one pixel wide and millions high must not be widened first.
        boolean acrossFirst = (long) source.height() * size.width() <= (long) size.height() * source.width();
        return new Pixels(
                size.height(),
                size.width(),
                source.channels().stream()
                        .map(channel -> acrossFirst
                                ? down(down, across(across, channel, source.width()), size.width())
                                : across(across, down(down, channel, source.width()), source.width()))
                        .toList());
    }

    private static float[] across(Taps taps, float[] channel, int sourceWidth) {
        int height = channel.length / sourceWidth;
        int width = taps.count();
        float[] result = new float[height * width];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                result[row * width + column] = taps.sum(column, channel, row * sourceWidth, 1);
            }
        }
        return result;
    }

    private static float[] down(Taps taps, float[] channel, int width) {
        float[] result = new float[taps.count() * width];
        for (int row = 0; row < taps.count(); row++) {
            for (int column = 0; column < width; column++) {
                result[row * width + column] = taps.sum(row, channel, column, width);
            }
        }
        return result;
    }

    /** The source pixels of each target pixel along one side, and their weights, which sum to 1 for each target pixel. */
    private static final class Taps {
        private final int[] first;
        private final double[][] weights;

        private Taps(int[] first, double[][] weights) {
            this.first = first;
            this.weights = weights;
        }

        static Taps of(int source, int target) {
            double ratio = (double) source / target;
            double reach = Math.max(ratio, 1);
            int[] first = new int[target];
            double[][] weights = new double[target][];
            for (int i = 0; i < target; i++) {
                double centre = (i + 0.5) * ratio;
                int from = Math.max(0, (int) Math.floor(centre - reach + 0.5));
                int to = Math.min(source, (int) Math.floor(centre + reach + 0.5));
                first[i] = from;
                weights[i] = triangle(from, to, centre, reach);
            }
            return new Taps(first, weights);
        }

        private static double[] triangle(int from, int to, double centre, double reach) {
            double[] weights = new double[to - from];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.max(0, 1 - Math.abs(from + i + 0.5 - centre) / reach);
                sum += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] /= sum;
            }
            return weights;
        }

        int count() {
            return first.length;
        }

        float sum(int target, float[] values, int start, int step) {
            double sum = 0;
            double[] taps = weights[target];
            int at = start + first[target] * step;
            for (double weight : taps) {
                sum += weight * values[at];
                at += step;
            }
            return (float) sum;
        }
    }
}
