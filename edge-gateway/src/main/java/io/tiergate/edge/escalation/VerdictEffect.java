package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.Verdict;

/** What became of a verdict in the ledger. */
public sealed interface VerdictEffect {
    /** It changed something. */
    record Applied(AppliedVerdict verdict) implements VerdictEffect {}

    /** It is a copy, or one of higher rank stands, or it says nothing at all. */
    record NothingNew(Verdict verdict) implements VerdictEffect {}

    /** It is of an escalation that this ledger does not have. */
    record Unknown(Verdict verdict) implements VerdictEffect {}
}
