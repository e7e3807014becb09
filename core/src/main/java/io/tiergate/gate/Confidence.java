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
     * Turns the numbers that a reading was given into a calibrated answer with a score. Allocates nothing once the reading has seen a row of
     * that size.
     *
     * @param labels how many classes are expected, 2 or more
     */
    public void read(Reading reading, int labels) {
        reading.activate(activation, temperature, labels);
        if (reading.isUsable()) {
            reading.score(score, temperature);
        }
    }
}
