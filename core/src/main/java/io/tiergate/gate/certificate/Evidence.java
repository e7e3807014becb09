package io.tiergate.gate.certificate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Labelled answers of a model, by score: how many a threshold would accept and how many of these are wrong. Their order has no say. */
public final class Evidence {
    /** Ascending. */
    private final double[] scores;
    /** By rank: how many of the answers from there on are wrong. */
    private final int[] errorsFrom;

    private Evidence(double[] scores, int[] errorsFrom) {
        this.scores = scores;
        this.errorsFrom = errorsFrom;
    }

    /**
     * @param scores of the answers; infinite for those that no threshold may accept ({@link Double#NEGATIVE_INFINITY}), else finite
     * @param wrong whether each answer is wrong; as many
     */
    public static Evidence of(double[] scores, boolean[] wrong) {
        if (scores.length != wrong.length) {
            throw new IllegalArgumentException(
                    "%d scores, but %d outcomes (expected: as many)".formatted(scores.length, wrong.length));
        }
        for (double score : scores) {
            if (Double.isNaN(score) || score == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("score: " + score + " (expected: a finite number)");
            }
        }
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] errors = new int[scores.length + 1];
        double[] sorted = new double[scores.length];
        for (int rank = scores.length - 1; rank >= 0; rank--) {
            sorted[rank] = scores[order[rank]];
            errors[rank] = errors[rank + 1] + (wrong[order[rank]] ? 1 : 0);
        }
        return new Evidence(sorted, errors);
    }

    /** Number of answers. */
    public int size() {
        return scores.length;
    }

    /** Score of the answer with so many below it; 0 is the least sure. */
    public double score(int rank) {
        return scores[rank];
    }

    /** What a threshold would accept: every answer whose score is at least the threshold. */
    public Accepted accepted(double threshold) {
        int rank = firstAtLeast(threshold);
        return new Accepted(scores.length - rank, errorsFrom[rank], scores.length);
    }

    private int firstAtLeast(double threshold) {
        // The search tells -0.0 from 0.0, the gate does not.
        int rank = Arrays.binarySearch(scores, threshold == 0 ? -0.0 : threshold);
        if (rank < 0) {
            return -rank - 1;
        }
        while (rank > 0 && scores[rank - 1] == threshold) {
            rank--;
        }
        return rank;
    }

    /** The scores, ascending, without those that no threshold may accept. */
    public double[] finiteScores() {
        int first = firstAtLeast(-Double.MAX_VALUE);
        return Arrays.copyOfRange(scores, first, scores.length);
    }

    /**
     * What a threshold accepts.
     *
     * @param count accepted answers
     * @param errors how many of them are wrong
     * @param of all answers
     */
    public record Accepted(int count, int errors, int of) {
        /** Share of the answers that are accepted, 0 to 1. */
        public double coverage() {
            return of == 0 ? 0 : (double) count / of;
        }

        /** Share of the accepted answers that are wrong, 0 to 1; 0 where none is accepted. */
        public double risk() {
            return count == 0 ? 0 : (double) errors / count;
        }

        /** Exact upper bound of the risk behind it, which is exceeded with a probability of at most delta. */
        public double riskBound(double delta) {
            return BinomialBounds.upper(errors, count, delta);
        }
    }
}
