package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;
import java.util.Arrays;
import java.util.List;

/** Ways to merge the members' distributions into one. */
public enum Combination {
    /** Weighted mean of the probabilities. */
    SOFT_VOTE("soft-vote"),
    /** Weighted geometric mean of the probabilities, normalised (Genest and Zidek 1986, "Combining Probability Distributions"). */
    LOG_OPINION("log-opinion"),
    /** Weighted share of the members that name the class. */
    MAJORITY("majority");

    /** A class that one member rules out entirely would otherwise veto all others in a product. */
    private static final double SMALLEST_PROBABILITY = 1e-12;

    private final String word;

    Combination(String word) {
        this.word = word;
    }

    /** The combination's name in a manifest. */
    public String word() {
        return word;
    }

    /**
     * Merges distributions over the same classes.
     *
     * @param members at least one
     * @param weights one a member, above 0
     * @return a distribution that sums to 1; uniform where no member gives any class a chance, as sigmoid outputs may
     */
    public Distribution combine(List<Distribution> members, double... weights) {
        double[] merged = new double[members.get(0).size()];
        // Only ratios count: by the heaviest, so that no weight however large or small leaves the range of doubles.
        double heaviest = Arrays.stream(weights, 0, members.size()).max().orElseThrow();
        for (int m = 0; m < members.size(); m++) {
            Distribution member = members.get(m);
            for (int c = 0; c < merged.length; c++) {
                merged[c] += weights[m]
                        / heaviest
                        * switch (this) {
                            case SOFT_VOTE -> member.get(c);
                            case LOG_OPINION -> Math.log(Math.max(member.get(c), SMALLEST_PROBABILITY));
                            case MAJORITY -> member.top() == c ? 1 : 0;
                        };
            }
        }
        if (this == LOG_OPINION) {
            double total = Arrays.stream(weights, 0, members.size())
                    .map(weight -> weight / heaviest)
                    .sum();
            Arrays.setAll(merged, c -> Math.exp(merged[c] / total));
        }
        double sum = Arrays.stream(merged).sum();
        Arrays.setAll(merged, c -> sum > 0 ? merged[c] / sum : 1.0 / merged.length);
        return Distribution.of(merged);
    }
}
