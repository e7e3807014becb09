package io.tiergate.edge.inference;

/** What became of one sample, as clients see it. */
public enum Decision {
    ACCEPTED,
    ESCALATED,
    /** Uncertain, and not allowed to leave. */
    LOCAL_ONLY,
    /** Uncertain, but the outbox could not take it: counted, not sent. */
    SHED
}
