package io.tiergate.cli.calibration;

/**
 * An edge model's answer to an image of which the truth is known.
 *
 * @param label index of the true class
 * @param first deals the evidence out in two halves: a bit of the image's digest, which has nothing to do with its score
 */
public record LabeledAnswer(EdgeAnswer answer, int label, boolean first) {
    public boolean isWrong() {
        return answer.top() != label;
    }
}
