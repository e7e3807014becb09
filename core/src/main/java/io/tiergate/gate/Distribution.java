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
        return probabilities.length == 0 ? UNKNOWN : new Distribution(probabilities.clone());
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
        int best = probabilities.length - 1;
        for (int i = best - 1; i >= 0; i--) {
            if (probabilities[i] >= probabilities[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Probability of the top class less that of the next. */
    public double margin() {
        int top = top();
        double second = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < probabilities.length; i++) {
            if (i != top) {
                second = Math.max(second, probabilities[i]);
            }
        }
        return probabilities[top] - second;
    }

    /** Shannon entropy in nats; 0 log 0 counts as 0. */
    public double entropy() {
        double entropy = 0;
        for (double p : probabilities) {
            if (p > 0) {
                entropy -= p * Math.log(p);
            }
        }
        return entropy;
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
