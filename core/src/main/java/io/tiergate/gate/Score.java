package io.tiergate.gate;

/** A measure of confidence in the top class: higher means surer. */
public enum Score {
    /** Probability of the top class, 0 to 1. */
    MAX_SOFTMAX("max-softmax"),
    /** Probability of the top class less that of the second, 0 to 1. */
    MARGIN("margin"),
    /** 1 - H / log K for the entropy H in nats of K classes, but at least 0; 0 to 1. */
    ENTROPY("entropy"),
    /**
     * T * log sum exp(z / T) over the logits z, unbounded (Liu et al. 2020, "Energy-based Out-of-distribution Detection").
     * Ranks unfamiliar inputs; as an accept score it is far worse than the others.
     */
    ENERGY("energy");

    private final String word;

    Score(String word) {
        this.word = word;
    }

    /** The score's name in a manifest. */
    public String word() {
        return word;
    }

    /**
     * Scores one sample.
     *
     * @param raw the model's finite output, one value a class; only {@link #ENERGY} looks at it
     * @param distribution calibrated, at least two classes
     * @param temperature the one the distribution was calibrated with
     */
    public double of(double[] raw, Distribution distribution, double temperature) {
        return switch (this) {
            case MAX_SOFTMAX -> distribution.get(distribution.top());
            case MARGIN -> distribution.margin();
            // Rounding, and sigmoid outputs, which do not sum to 1, can leave slightly more entropy than K classes
            // have.
            case ENTROPY -> Math.max(0, 1 - distribution.entropy() / Math.log(distribution.size()));
            case ENERGY -> energy(raw, temperature);
        };
    }

    private static double energy(double[] logits, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit / temperature);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / temperature - max);
        }
        return temperature * (max + Math.log(sum));
    }
}
