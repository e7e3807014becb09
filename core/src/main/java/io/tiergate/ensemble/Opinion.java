package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;
import io.tiergate.model.EnsembleManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What an ensemble says of one sample.
 *
 * @param distribution summing to 1; unknown if no quorum of members gave a usable output
 * @param members one a member, in the manifest's order; there without a quorum too
 */
public record Opinion(Distribution distribution, Disagreement disagreement, List<MemberOpinion> members) {
    public Opinion {
        members = List.copyOf(members);
    }

    /**
     * Combines what the members say by an ensemble's rules.
     *
     * @param said one a member, in the manifest's order
     */
    public static Opinion of(EnsembleManifest manifest, List<MemberOpinion> said) {
        List<Distribution> usable = new ArrayList<>(said.size());
        double[] weights = new double[said.size()];
        for (int m = 0; m < said.size(); m++) {
            if (said.get(m).distribution().isPresent()) {
                weights[usable.size()] = manifest.members().get(m).weight();
                usable.add(said.get(m).distribution().get());
            }
        }
        if (usable.size() < manifest.quorum()) {
            return withoutQuorum(said);
        }
        Distribution combined = manifest.combination().combine(usable, weights);
        return new Opinion(combined, Disagreement.of(combined, usable), said);
    }

    static Opinion withoutQuorum(List<MemberOpinion> members) {
        return new Opinion(Distribution.UNKNOWN, new Disagreement(0, 0, 0, false), members);
    }

    public boolean hasQuorum() {
        return distribution.isKnown();
    }

    /** Whether a member's output was missing or unusable. */
    public boolean degraded() {
        return members.stream().anyMatch(member -> member.distribution().isEmpty());
    }

    /** Index of the top class; -1 without a quorum. */
    public int top() {
        return distribution.top();
    }
}
