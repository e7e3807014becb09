package io.tiergate.gate;

/** How a model's raw output becomes probabilities by class. */
public enum Activation {
    /** Logits of classes that exclude each other. */
    SOFTMAX,
    /** One logit a class; a single logit with two labels means the probability of the second. */
    SIGMOID,
    /** The model gives probabilities already. */
    NONE;

    /** How far given probabilities may leave 0..1, and their sum 1: float models round. */
    private static final double TOLERANCE = 1e-4;

    /** Whether the numbers are logits of classes that exclude each other. */
    public boolean givesLogits() {
        return this == SOFTMAX;
    }

    /** For how many classes a row of so many numbers has probabilities. */
    public int classes(int count) {
        return this == SIGMOID && count == 1 ? 2 : count;
    }

    /**
     * Turns one sample's raw output into calibrated probabilities.
     *
     * <p>Temperature scaling as in Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2: logits are
     * divided by the temperature first.
     *
     * @param raw finite; its first {@code count} numbers count, 1 or more
     * @param temperature above 0; 1 changes nothing; not used by {@link #NONE}
     * @param probabilities filled from its start; as long as there are {@linkplain #classes classes}, or longer
     * @return false if the numbers are no probabilities where they ought to be
     */
    boolean apply(double[] raw, int count, double temperature, double[] probabilities) {
        return switch (this) {
            case SOFTMAX -> softmax(raw, count, temperature, probabilities);
            case SIGMOID -> sigmoid(raw, count, temperature, probabilities);
            case NONE -> given(raw, count, probabilities);
        };
    }

    private static boolean softmax(double[] logits, int count, double temperature, double[] probabilities) {
        // The maximum is subtracted first: exp() leaves its range just above 709, and logits do get that large.
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, logits[i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            probabilities[i] = Math.exp((logits[i] - max) / temperature);
            sum += probabilities[i];
        }
        for (int i = 0; i < count; i++) {
            probabilities[i] /= sum;
        }
        return true;
    }

    private static boolean sigmoid(double[] logits, int count, double temperature, double[] probabilities) {
        for (int i = 0; i < count; i++) {
            probabilities[i] = 1 / (1 + Math.exp(-logits[i] / temperature));
        }
        if (count == 1) {
            probabilities[1] = probabilities[0];
            probabilities[0] = 1 - probabilities[1];
        }
        return true;
    }

    private static boolean given(double[] given, int count, double[] probabilities) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            if (given[i] < -TOLERANCE || given[i] > 1 + TOLERANCE) {
                return false;
            }
            sum += given[i];
            // Back into range, so that no score leaves its own.
            probabilities[i] = Math.clamp(given[i], 0.0, 1.0);
        }
        return Math.abs(sum - 1) <= TOLERANCE;
    }
}
