package io.tiergate.gate.certificate;

/**
 * Evidence as a whole and in two parts that know nothing of each other: with one a choice is made, with the other it is tested.
 *
 * @param choosing about half of the answers, dealt out by something that has nothing to do with their scores
 * @param testing the others
 */
public record SplitEvidence(Evidence all, Evidence choosing, Evidence testing) {
    /**
     * Deals the answers out.
     *
     * @param first by answer: whether it belongs to the part that chooses; a bit of its content's digest, say
     */
    public static SplitEvidence of(double[] scores, boolean[] wrong, boolean[] first) {
        return new SplitEvidence(
                Evidence.of(scores, wrong), part(scores, wrong, first, true), part(scores, wrong, first, false));
    }

    private static Evidence part(double[] scores, boolean[] wrong, boolean[] first, boolean which) {
        double[] partScores = new double[scores.length];
        boolean[] partWrong = new boolean[scores.length];
        int count = 0;
        for (int i = 0; i < scores.length; i++) {
            if (first[i] == which) {
                partScores[count] = scores[i];
                partWrong[count++] = wrong[i];
            }
        }
        return Evidence.of(java.util.Arrays.copyOf(partScores, count), java.util.Arrays.copyOf(partWrong, count));
    }
}
