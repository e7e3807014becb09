package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;
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
