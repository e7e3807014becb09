package io.tiergate.ensemble;

import io.tiergate.gate.Distribution;

/**
 * What an ensemble says of one sample.
 *
 * @param distribution summing to 1; unknown if no quorum of members gave a usable output
 * @param degraded whether a member's output was missing or unusable
 */
public record Opinion(Distribution distribution, Disagreement disagreement, boolean degraded) {

    static Opinion withoutQuorum() {
        return new Opinion(Distribution.UNKNOWN, new Disagreement(0, 0, 0, false), true);
    }

    public boolean hasQuorum() {
        return distribution.isKnown();
    }

    /** Index of the top class; -1 without a quorum. */
    public int top() {
        return distribution.top();
    }
}
