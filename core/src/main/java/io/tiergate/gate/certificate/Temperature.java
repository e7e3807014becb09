package io.tiergate.gate.certificate;

import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.univariate.BrentOptimizer;
import org.hipparchus.optim.univariate.SearchInterval;
import org.hipparchus.optim.univariate.UnivariateObjectiveFunction;

/** Temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2). */
public final class Temperature {
    /** Logarithm of the highest temperature looked at, and of the lowest with the other sign. */
    private static final double RANGE = 2;

    private static final double ACCURACY = 1e-6;
    private static final int MOST_TRIES = 200;

    private Temperature() {}

    /**
     * The temperature, from 0.14 to 7.4, that makes the labels most likely under the softmax of the divided logits.
     *
     * @param logits by sample and class; finite
     * @param labels index of the true class by sample
     * @return 1 without samples
     */
    public static double fit(double[][] logits, int[] labels) {
        if (logits.length == 0) {
            return 1;
        }
        BrentOptimizer optimizer = new BrentOptimizer(ACCURACY, ACCURACY);
        double logarithm = optimizer
                .optimize(
                        new MaxEval(MOST_TRIES),
                        GoalType.MINIMIZE,
                        new UnivariateObjectiveFunction(x -> negativeLogLikelihood(logits, labels, Math.exp(x))),
                        new SearchInterval(-RANGE, RANGE, 0))
                .getPoint();
        return Math.exp(logarithm);
    }

    /** Mean negative log-likelihood in nats. */
    static double negativeLogLikelihood(double[][] logits, int[] labels, double temperature) {
        double total = 0;
        for (int i = 0; i < logits.length; i++) {
            total += logSumExp(logits[i], temperature) - logits[i][labels[i]] / temperature;
        }
        return total / logits.length;
    }

    private static double logSumExp(double[] logits, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp((logit - max) / temperature);
        }
        return max / temperature + Math.log(sum);
    }
}
