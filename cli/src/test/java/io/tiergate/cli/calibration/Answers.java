package io.tiergate.cli.calibration;

import io.tiergate.gate.Activation;
import io.tiergate.gate.Confidence;
import io.tiergate.gate.Reading;
import io.tiergate.gate.Score;
import io.tiergate.gate.check.Statistic;
import java.util.Arrays;

/** Answers of two classes, made by hand. */
public final class Answers {
    private static final Confidence CONFIDENCE = new Confidence(Score.Formula.MAX_SOFTMAX, 1, Activation.NONE);

    private Answers() {}

    /** Of a score, 0.5 to 1, for class 0. */
    public static EdgeAnswer of(double score) {
        return of(score, 0);
    }

    /** The same of an image with this mean. */
    public static EdgeAnswer of(double score, double mean) {
        double[] numbers = {score, 1 - score};
        Reading reading = Reading.of(numbers);
        CONFIDENCE.read(reading, numbers.length);
        Arrays.fill(reading.statistics(), Double.NaN);
        reading.statistics()[Statistic.INPUT_MEAN.index()] = mean;
        return new EdgeAnswer(reading, numbers);
    }

    /** One that is no distribution at all. */
    public static EdgeAnswer unusable() {
        double[] numbers = {Double.NaN, 0};
        Reading reading = Reading.of(numbers);
        CONFIDENCE.read(reading, numbers.length);
        return new EdgeAnswer(reading, numbers);
    }

    static LabeledAnswer right(double score) {
        return new LabeledAnswer(of(score), 0, true);
    }

    static LabeledAnswer wrong(double score) {
        return new LabeledAnswer(of(score), 1, false);
    }
}
