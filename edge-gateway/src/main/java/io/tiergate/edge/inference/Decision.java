package io.tiergate.edge.inference;

/** What became of one sample, as clients see it. */
public enum Decision {
    ACCEPTED,
    ESCALATED,
    /** Uncertain, and not allowed to leave. */
    LOCAL_ONLY,
    /** Uncertain, but over budget or the outbox could not take it: counted, not sent. Or answered in the edge's place, uncertainly. */
    SHED,
    /** Uncertain, and answered by the verdict that the same content had before. Or answered in the edge's place. */
    RESOLVED
}
