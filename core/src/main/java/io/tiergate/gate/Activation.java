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
    private static final double TOLERANCE = 1e-3;

    /**
     * Turns one sample's raw output into calibrated probabilities.
     *
     * <p>Temperature scaling as in Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2: logits are
     * divided by the temperature first.
     *
     * @param raw one value a class, or a single logit for {@link #SIGMOID}
     * @param temperature above 0; 1 changes nothing; not used by {@link #NONE}
     * @return unknown if there is no value, one is not finite, or one is no probability where it ought to be
     */
    public Distribution distribution(double[] raw, double temperature) {
        for (double value : raw) {
            if (!Double.isFinite(value)) {
                return Distribution.UNKNOWN;
            }
        }
        if (raw.length == 0) {
            return Distribution.UNKNOWN;
        }
        return switch (this) {
            case SOFTMAX -> softmax(raw, temperature);
            case SIGMOID -> sigmoid(raw, temperature);
            case NONE -> checked(raw);
        };
    }

    private static Distribution softmax(double[] logits, double temperature) {
        // The maximum is subtracted first: exp() leaves its range just above 709, and logits do get that large.
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double[] result = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            result[i] = Math.exp((logits[i] - max) / temperature);
            sum += result[i];
        }
        for (int i = 0; i < result.length; i++) {
            result[i] /= sum;
        }
        return Distribution.of(result);
    }

    private static Distribution sigmoid(double[] logits, double temperature) {
        double[] result = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            result[i] = 1 / (1 + Math.exp(-logits[i] / temperature));
        }
        return result.length == 1 ? Distribution.of(1 - result[0], result[0]) : Distribution.of(result);
    }

    private static Distribution checked(double[] given) {
        double[] result = new double[given.length];
        double sum = 0;
        for (int i = 0; i < given.length; i++) {
            if (given[i] < -TOLERANCE || given[i] > 1 + TOLERANCE) {
                return Distribution.UNKNOWN;
            }
            sum += given[i];
            // Back into range, so that no score leaves its own.
            result[i] = Math.clamp(given[i], 0.0, 1.0);
        }
        return Math.abs(sum - 1) <= TOLERANCE ? Distribution.of(result) : Distribution.UNKNOWN;
    }
}
