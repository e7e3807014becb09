package io.tiergate.edge.verdict;

import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;

/**
 * The final verdict that answers for a content.
 *
 * @param escalationId of the escalation that it was given for
 */
public record KnownVerdict(String escalationId, String label, VerdictSource source, int rank, int revision) {
    static KnownVerdict of(String escalationId, Verdict.Final verdict) {
        return new KnownVerdict(
                escalationId, verdict.getLabel(), verdict.getSource(), verdict.getRank(), verdict.getRevision());
    }

    /** Of one escalation a later revision counts; of several with the same content, the verdict of higher rank, then the later one. */
    boolean yieldsTo(KnownVerdict later) {
        return later.rank > rank
                || (later.rank == rank && (!later.escalationId.equals(escalationId) || later.revision >= revision));
    }
}
