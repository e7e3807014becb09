package io.tiergate.cli.calibration;

import io.tiergate.gate.Reading;
import io.tiergate.gate.check.Limits;
import io.tiergate.gate.check.Statistic;

/** What an edge model answered to one image. It stays as it is: safe for use by several threads. */
public final class EdgeAnswer {
    private final Reading reading;
    private final double[] numbers;

    /**
     * @param reading scored, with its statistics; its owner does not use it for another sample
     * @param numbers the model's raw output
     */
    public EdgeAnswer(Reading reading, double[] numbers) {
        this.reading = reading;
        this.numbers = numbers.clone();
    }

    public Reading reading() {
        return reading;
    }

    /** Index of the class; -1 if the output cannot be used. */
    public int top() {
        return reading.top();
    }

    /** Negative infinity for an output that cannot be used: no threshold accepts it. */
    public double score() {
        return reading.isUsable() ? reading.score() : Double.NEGATIVE_INFINITY;
    }

    /** The check beside the score that the sample fails, or null; none for an output that cannot be used. */
    public Statistic failed(Limits limits) {
        return reading.isUsable() ? limits.failed(reading.statistics()) : null;
    }

    double[] numbers() {
        return numbers.clone();
    }
}
