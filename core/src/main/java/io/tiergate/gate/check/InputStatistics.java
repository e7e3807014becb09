package io.tiergate.gate.check;

import java.nio.ByteBuffer;

/**
 * Statistics of one sample's input, taken from at most {@value #MOST_PAIRS} evenly spaced pairs of neighbours, so that a large picture
 * costs no more than a small one. Needs no memory of its own; safe on every thread.
 */
public final class InputStatistics {
    static final int MOST_PAIRS = 128;

    private InputStatistics() {}

    /** Reads an element by its index. */
    @FunctionalInterface
    public interface Elements {
        double at(ByteBuffer data, int index);
    }

    /** Single precision floats in the buffer's byte order. */
    public static final Elements FLOATS = (data, index) -> data.getFloat(data.position() + index * Float.BYTES);

    /** Unsigned bytes. */
    public static final Elements UNSIGNED_BYTES =
            (data, index) -> Byte.toUnsignedInt(data.get(data.position() + index));

    /**
     * Fills in the statistics of the input.
     *
     * @param from index of the sample's first element in the data
     * @param count the sample's elements; one is its own neighbour, and without any all statistics are NaN
     * @param into by {@link Statistic#index}
     */
    public static void read(ByteBuffer data, Elements elements, int from, int count, double[] into) {
        int pairs = Math.clamp(count / 2, 1, MOST_PAIRS);
        // At least two, where there are two: no element counts twice.
        double stride = (double) count / pairs;
        int last = from + count - 1;
        double sum = 0;
        double squares = 0;
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        double differences = 0;
        for (int pair = 0; pair < pairs; pair++) {
            int index = from + (int) (pair * stride);
            double one = count == 0 ? Double.NaN : elements.at(data, index);
            double next = count == 0 ? Double.NaN : elements.at(data, Math.min(index + 1, last));
            sum += one + next;
            squares += one * one + next * next;
            lowest = Math.min(lowest, Math.min(one, next));
            highest = Math.max(highest, Math.max(one, next));
            differences += Math.abs(one - next);
        }
        int taken = 2 * pairs;
        double mean = sum / taken;
        into[Statistic.INPUT_MEAN.index()] = mean;
        // Rounding can make the variance of a flat input slightly negative.
        into[Statistic.INPUT_DEVIATION.index()] = Math.sqrt(Math.max(0, squares / taken - mean * mean));
        into[Statistic.INPUT_LOWEST.index()] = lowest;
        into[Statistic.INPUT_HIGHEST.index()] = highest;
        into[Statistic.INPUT_ROUGHNESS.index()] = differences / pairs;
    }
}
