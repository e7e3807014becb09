package io.tiergate.gate;

import io.tiergate.gate.check.Statistic;

/**
 * A model's output for one sample while it is looked at: the numbers, and what {@link Confidence#read} makes of them. It serves one
 * sample after the other, so that nothing is allocated for a sample once the arrays have the size of the model's rows. What has to last
 * longer than until the next sample is taken with {@link #toAssessment}.
 *
 * <p>Owned by one thread. Keeps the size of the largest row that it has seen: 16 bytes a number.
 */
public final class Reading {
    private double[] values = {};
    private int count;
    private double ownScore = Double.NaN;
    private final double[] statistics = new double[Statistic.COUNT];
    private double[] probabilities = {};
    private int classes;
    private int top = -1;
    private double score;
    /** Until the numbers have been read, they are as good as none. */
    private Usability usability = Usability.NON_FINITE;

    /** A reading of just these numbers. */
    public static Reading of(double... values) {
        Reading reading = new Reading();
        System.arraycopy(values, 0, reading.values(values.length), 0, values.length);
        return reading;
    }

    /**
     * Begins with another sample and forgets the last.
     *
     * @param count how many numbers the model gave for the sample, 0 or more
     * @return to be filled with them from its start; it may be longer than that
     */
    public double[] values(int count) {
        if (values.length < count) {
            values = new double[count];
        }
        this.count = count;
        ownScore = Double.NaN;
        unusable(Usability.NON_FINITE);
        return values;
    }

    /**
     * Takes the model's own measure of confidence, for {@link Score.Output}; to be called after {@link #values}. A sample of such a model
     * without it is unusable.
     */
    public void ownScore(double value) {
        ownScore = value;
    }

    /**
     * Turns the numbers into probabilities, without a score.
     *
     * @param temperature above 0; 1 changes nothing
     * @param labels how many classes are expected, 2 or more
     */
    public void activate(Activation activation, double temperature, int labels) {
        if (count == 0 || !isFinite()) {
            unusable(Usability.NON_FINITE);
            return;
        }
        if (activation.classes(count) != labels) {
            unusable(Usability.WRONG_CLASS_COUNT);
            return;
        }
        if (probabilities.length < labels) {
            probabilities = new double[labels];
        }
        if (!activation.apply(values, count, temperature, probabilities)) {
            unusable(Usability.NOT_PROBABILITIES);
            return;
        }
        usability = Usability.USABLE;
        classes = labels;
        top = Probabilities.top(probabilities, classes);
        score = 0;
    }

    private boolean isFinite() {
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(values[i])) {
                return false;
            }
        }
        return true;
    }

    private void unusable(Usability why) {
        usability = why;
        classes = 0;
        top = -1;
        score = 0;
    }

    /** Scores probabilities that are there. */
    void score(Score by, double temperature) {
        double value =
                switch (by) {
                    case Score.Formula formula -> formula.of(this, temperature);
                    case Score.Output output -> ownScore;
                };
        if (Double.isFinite(value)) {
            score = value;
        } else {
            unusable(Usability.NON_FINITE);
        }
    }

    public Usability usability() {
        return usability;
    }

    public boolean isUsable() {
        return usability == Usability.USABLE;
    }

    /** Index of the most probable class, the lowest where several are; -1 if the output cannot be used. */
    public int top() {
        return top;
    }

    /** Higher is surer; finite; 0 if the output cannot be used. */
    public double score() {
        return score;
    }

    /** Number of classes; 0 if the output cannot be used. */
    public int classes() {
        return classes;
    }

    /** The calibrated probability of a class, 0 to {@link #classes} less one. */
    public double probability(int index) {
        return probabilities[index];
    }

    /** Probability of the top class less that of the next; for usable outputs. */
    double margin() {
        return Probabilities.margin(probabilities, classes, top);
    }

    double entropy() {
        return Probabilities.entropy(probabilities, classes);
    }

    /** T log sum exp(z / T) over the numbers z, for logits. */
    public double energy(double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, values[i] / temperature);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.exp(values[i] / temperature - max);
        }
        return temperature * (max + Math.log(sum));
    }

    /** Room for the statistics of the sample, by {@link Statistic#index}. */
    public double[] statistics() {
        return statistics;
    }

    /** A copy of the probabilities, which stays as it is; unknown if the output cannot be used. */
    public Distribution distribution() {
        return Distribution.copyOf(probabilities, classes);
    }

    /** A copy of the answer and its score, which stays as it is. */
    public Assessment toAssessment() {
        return isUsable() ? new Assessment(score, distribution()) : Assessment.UNUSABLE;
    }
}
