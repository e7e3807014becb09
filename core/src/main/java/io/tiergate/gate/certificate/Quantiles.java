package io.tiergate.gate.certificate;

import java.util.Arrays;
import java.util.List;

/**
 * How scores were distributed when the gate was calibrated, as evenly spaced quantiles: the reference for budgets and for drift.
 *
 * @param values ascending; the first is the smallest score, the last the largest; at least two
 */
public record Quantiles(List<Double> values) {
    private static final int INTERVALS = 200;

    public Quantiles {
        values = List.copyOf(values);
        if (values.size() < 2) {
            throw new IllegalArgumentException("quantiles: " + values.size() + " (expected: at least 2)");
        }
        for (int i = 0; i < values.size(); i++) {
            if (!Double.isFinite(values.get(i)) || (i > 0 && values.get(i) < values.get(i - 1))) {
                throw new IllegalArgumentException(
                        "quantiles: " + values.get(i) + " at " + i + " (expected: finite numbers in ascending order)");
            }
        }
    }

    /**
     * Sums scores up.
     *
     * @param scores at least one, finite
     */
    public static Quantiles of(double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException(
                    "scores: none (expected: at least one). No answer of the model could be read.");
        }
        double[] sorted = scores.clone();
        Arrays.sort(sorted);
        Double[] values = new Double[INTERVALS + 1];
        for (int i = 0; i <= INTERVALS; i++) {
            values[i] = sorted[(int) Math.round((double) i / INTERVALS * (sorted.length - 1))];
        }
        return new Quantiles(List.of(values));
    }

    /**
     * The score below which a share of the reference lies, interpolated.
     *
     * @param share 0 to 1
     */
    public double at(double share) {
        double position = Math.clamp(share, 0.0, 1.0) * (values.size() - 1);
        int below = Math.min((int) position, values.size() - 2);
        double low = values.get(below);
        return low + (position - below) * (values.get(below + 1) - low);
    }

    /** The share of the reference below a score, interpolated; 0 to 1. */
    public double below(double score) {
        int last = values.size() - 1;
        if (score <= values.get(0)) {
            return 0;
        }
        if (score > values.get(last)) {
            return 1;
        }
        int above = 1;
        while (values.get(above) < score) {
            above++;
        }
        double low = values.get(above - 1);
        double width = values.get(above) - low;
        return (above - 1 + (width == 0 ? 0 : (score - low) / width)) / last;
    }
}
