package io.tiergate.edge.api;

import io.tiergate.edge.inference.SampleAnswer;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.VerdictSource;

/** Which tier an answer comes from. */
final class Tiers {
    private Tiers() {}

    static Tier of(SampleAnswer answer) {
        return answer.decidedBy().map(Tiers::of).orElse(Tier.TIER_EDGE);
    }

    private static Tier of(VerdictSource source) {
        return source == VerdictSource.VERDICT_SOURCE_ENSEMBLE ? Tier.TIER_CLOUD : Tier.TIER_HUMAN;
    }
}
