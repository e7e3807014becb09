package io.tiergate.gate.certificate;

import java.util.random.RandomGenerator;

/**
 * Answers whose scores s are uniform in 0 to 1 and wrong with probability h (1 - s)^p, so that the risk from a threshold t on is known:
 * h / (p + 1) (1 - t)^p.
 */
enum SyntheticWorld {
    /** Errors become rare quickly. */
    STEEP(0.6, 3),
    /** Slowly. */
    GENTLE(0.3, 1),
    /** The score says nothing, and the risk is a hair above the tests' target: whatever is certified is wrong. */
    FLAT(0.0501, 0);

    private final double height;
    private final double power;

    SyntheticWorld(double height, double power) {
        this.height = height;
        this.power = power;
    }

    /** The true risk of what a threshold accepts. */
    double risk(double threshold) {
        return height / (power + 1) * Math.pow(1 - threshold, power);
    }

    SplitEvidence draw(int size, RandomGenerator random) {
        double[] scores = new double[size];
        boolean[] wrong = new boolean[size];
        boolean[] first = new boolean[size];
        for (int i = 0; i < size; i++) {
            scores[i] = random.nextDouble();
            wrong[i] = random.nextDouble() < height * Math.pow(1 - scores[i], power);
            first[i] = random.nextBoolean();
        }
        return SplitEvidence.of(scores, wrong, first);
    }
}
