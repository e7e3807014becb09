package io.tiergate.gate;

/**
 * How a model's output is turned into a calibrated answer with a score.
 *
 * @param temperature above 0
 */
public record Confidence(Score score, double temperature, Activation activation) {
    public Confidence {
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "temperature: " + temperature + " (expected: a number above 0; 1.0 changes nothing)");
        }
    }

    /**
     * Reads one sample's output.
     *
     * @param raw one value a class
     */
    public Assessment assess(double[] raw) {
        Distribution distribution = activation.distribution(raw, temperature);
        if (distribution.size() < 2) {
            return Assessment.UNUSABLE;
        }
        double value = score.of(raw, distribution, temperature);
        return Double.isFinite(value) ? new Assessment(value, distribution) : Assessment.UNUSABLE;
    }
}
