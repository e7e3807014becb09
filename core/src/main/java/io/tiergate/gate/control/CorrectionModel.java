package io.tiergate.gate.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * How probable it is that a verdict will correct the edge: a logistic regression over score, margin and predicted class, learned as
 * verdicts come, each weighted by the inverse of the probability with which its sample was drawn. Beside it runs one over the score alone;
 * whichever has foretold the verdicts better, before it learned from them, is the one to believe.
 *
 * <p>Gradient steps are scaled by past gradients (Duchi et al. 2011, "Adaptive Subgradient Methods").
 */
final class CorrectionModel {
    private static final int FEWEST = 500;
    /** By so many standard errors the losses must differ. */
    private static final double CLEARLY = 4;
    /** An audit that was drawn very rarely must not move everything. */
    private static final double HEAVIEST = 20;

    private static final int SCORE_ALONE = 2;

    private final Logistic whole;
    private final Logistic scoreAlone;
    private final double[] features;
    private long learned;
    private double gains;
    private double squares;

    CorrectionModel(int classes) {
        features = new double[3 + classes];
        whole = new Logistic(features.length);
        scoreAlone = new Logistic(SCORE_ALONE);
    }

    private void look(double score, double margin, int predicted) {
        Arrays.fill(features, 0);
        features[0] = 1;
        features[1] = score;
        features[2] = margin;
        if (predicted >= 0 && predicted + 3 < features.length) {
            features[3 + predicted] = 1;
        }
    }

    /** 0 to 1. */
    double probability(double score, double margin, int predicted) {
        look(score, margin, predicted);
        return whole.probability(features);
    }

    void learn(double score, double margin, int predicted, boolean corrected, double inclusion) {
        look(score, margin, predicted);
        double weight = Math.min(HEAVIEST, 1 / inclusion);
        double gain = weight * (scoreAlone.loss(features, corrected) - whole.loss(features, corrected));
        learned++;
        gains += gain;
        squares += gain * gain;
        whole.learn(features, corrected, weight);
        scoreAlone.learn(features, corrected, weight);
    }

    /** Whether the verdicts so far were foretold clearly better than by the score alone. */
    boolean beatsScore() {
        return learned >= FEWEST && gains > CLEARLY * Math.sqrt(squares);
    }

    /** Everything learned, for {@link #restore}. */
    List<Double> save() {
        List<Double> numbers = new ArrayList<>(List.of((double) learned, gains, squares));
        for (double[] each : numbers()) {
            Arrays.stream(each).forEach(numbers::add);
        }
        return numbers;
    }

    /** Goes on where an earlier model for as many classes left off; numbers of another one change nothing. */
    void restore(List<Double> saved) {
        if (saved.size() != save().size()) {
            return;
        }
        Iterator<Double> next = saved.iterator();
        learned = next.next().longValue();
        gains = next.next();
        squares = next.next();
        for (double[] each : numbers()) {
            Arrays.setAll(each, i -> next.next());
        }
    }

    private List<double[]> numbers() {
        return List.of(whole.weights, whole.gradients, scoreAlone.weights, scoreAlone.gradients);
    }

    /** One regression; it looks at as many features as it has weights. */
    private static final class Logistic {
        private static final double STEP = 0.3;
        private static final double SMALLEST = 1e-9;

        private final double[] weights;
        private final double[] gradients;

        Logistic(int count) {
            weights = new double[count];
            gradients = new double[count];
        }

        double probability(double[] features) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * features[i];
            }
            return 1 / (1 + Math.exp(-sum));
        }

        double loss(double[] features, boolean happened) {
            double probability = probability(features);
            return -Math.log(Math.max(SMALLEST, happened ? probability : 1 - probability));
        }

        void learn(double[] features, boolean happened, double weight) {
            double error = weight * (probability(features) - (happened ? 1 : 0));
            for (int i = 0; i < weights.length; i++) {
                double gradient = error * features[i];
                gradients[i] += gradient * gradient;
                weights[i] -= gradients[i] == 0 ? 0 : STEP * gradient / Math.sqrt(gradients[i]);
            }
        }
    }
}
