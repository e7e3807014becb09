package io.tiergate.gate;

/** Measures of probabilities by class, which stand at the start of an array that may be longer. */
final class Probabilities {
    private Probabilities() {}

    /** Index of the most probable class, the lowest where several are; -1 if there is none. */
    static int top(double[] probabilities, int classes) {
        int best = classes - 1;
        for (int i = best - 1; i >= 0; i--) {
            if (probabilities[i] >= probabilities[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Probability of the top class less that of the next. */
    static double margin(double[] probabilities, int classes, int top) {
        double second = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < classes; i++) {
            if (i != top) {
                second = Math.max(second, probabilities[i]);
            }
        }
        return probabilities[top] - second;
    }

    /** Shannon entropy in nats; 0 log 0 counts as 0. */
    static double entropy(double[] probabilities, int classes) {
        double entropy = 0;
        for (int i = 0; i < classes; i++) {
            double p = probabilities[i];
            if (p > 0) {
                entropy -= p * Math.log(p);
            }
        }
        return entropy;
    }
}
