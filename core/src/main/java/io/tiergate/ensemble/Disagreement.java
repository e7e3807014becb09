package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;
import java.util.List;

/**
 * How far the members of an ensemble agree on one sample. Entropies in nats.
 *
 * @param entropy of the combined distribution
 * @param voteEntropy of the shares of the members' top classes
 * @param mutualInformation entropy of the members' plain mean less the mean of their entropies; 0 if all say the same
 * @param unanimous whether all name the same class
 */
public record Disagreement(double entropy, double voteEntropy, double mutualInformation, boolean unanimous) {

    static Disagreement of(Distribution combined, List<Distribution> members) {
        double[] votes = new double[combined.size()];
        double[] mean = new double[combined.size()];
        double meanEntropy = 0;
        for (Distribution member : members) {
            votes[member.top()] += 1.0 / members.size();
            for (int c = 0; c < mean.length; c++) {
                mean[c] += member.get(c) / members.size();
            }
            meanEntropy += member.entropy() / members.size();
        }
        int first = members.get(0).top();
        boolean unanimous = members.stream().allMatch(member -> member.top() == first);
        // Rounding can leave a tiny negative number where the members agree exactly.
        double mutualInformation = Math.max(0, Distribution.of(mean).entropy() - meanEntropy);
        return new Disagreement(combined.entropy(), Distribution.of(votes).entropy(), mutualInformation, unanimous);
    }
}
