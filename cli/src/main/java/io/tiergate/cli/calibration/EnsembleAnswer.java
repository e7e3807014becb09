package io.tiergate.cli.calibration;

import java.util.List;

/**
 * What an ensemble says of one image, in terms of an edge model's labels.
 *
 * @param probabilities by index of the edge's labels; none without a quorum
 * @param top index of the most probable; -1 without a quorum
 * @param sure whether the verdict stands without a person
 */
public record EnsembleAnswer(List<Double> probabilities, int top, boolean sure) {
    public EnsembleAnswer {
        probabilities = List.copyOf(probabilities);
    }

    /** The probability that an edge's answer is wrong; 1 where one of the two has said nothing. */
    public double wrongProbability(int edgeTop) {
        return top < 0 || edgeTop < 0 ? 1 : Math.clamp(1 - probabilities.get(edgeTop), 0.0, 1.0);
    }
}
