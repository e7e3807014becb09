package io.tiergate.gate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Probabilities by class, in the order of a package's labels; {@link #UNKNOWN} where a model's output could not be read. */
public final class Distribution {
    /** No distribution at all: it has no classes. */
    public static final Distribution UNKNOWN = new Distribution(new double[0]);

    private final double[] probabilities;

    private Distribution(double[] probabilities) {
        this.probabilities = probabilities;
    }

    /**
     * @param probabilities one a class, each finite; their sum is the caller's business, since sigmoid outputs do not sum to 1
     */
    public static Distribution of(double... probabilities) {
        return copyOf(probabilities, probabilities.length);
    }

    /** Of the first so many of an array. */
    static Distribution copyOf(double[] probabilities, int classes) {
        return classes == 0 ? UNKNOWN : new Distribution(Arrays.copyOf(probabilities, classes));
    }

    public boolean isKnown() {
        return probabilities.length > 0;
    }

    /** Number of classes. */
    public int size() {
        return probabilities.length;
    }

    public double get(int index) {
        return probabilities[index];
    }

    /** Index of the most probable class, the lowest where several are; -1 if unknown. */
    public int top() {
        return Probabilities.top(probabilities, probabilities.length);
    }

    /** Shannon entropy in nats; 0 log 0 counts as 0. */
    public double entropy() {
        return Probabilities.entropy(probabilities, probabilities.length);
    }

    /** The probabilities in single precision, as they travel. */
    public List<Float> toFloats() {
        List<Float> floats = new ArrayList<>(probabilities.length);
        for (double probability : probabilities) {
            floats.add((float) probability);
        }
        return floats;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Distribution that && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(probabilities);
    }

    @Override
    public String toString() {
        return Arrays.toString(probabilities);
    }
}
