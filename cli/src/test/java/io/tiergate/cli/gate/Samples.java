package io.tiergate.cli.gate;

import io.tiergate.cli.calibration.Answers;
import io.tiergate.cli.calibration.EnsembleAnswer;
import java.util.List;
import java.util.Optional;

/** Samples of two classes, made by hand; the edge always says class 0. */
final class Samples {
    static final double SURE = 0.9;
    static final double UNSURE = 0.6;

    private Samples() {}

    static ReplaySample alone(double score, int label) {
        return new ReplaySample(Answers.of(score), label, Optional.empty());
    }

    /** With an ensemble that says what is true. */
    static ReplaySample judged(double score, int label) {
        List<Double> probabilities = label == 0 ? List.of(0.9, 0.1) : List.of(0.1, 0.9);
        return new ReplaySample(Answers.of(score), label, Optional.of(new EnsembleAnswer(probabilities, label, true)));
    }

    /** With an ensemble that rather says class 0, but is not sure. */
    static ReplaySample parked(double score, int label) {
        return new ReplaySample(Answers.of(score), label, Optional.of(new EnsembleAnswer(List.of(0.6, 0.4), 0, false)));
    }
}
