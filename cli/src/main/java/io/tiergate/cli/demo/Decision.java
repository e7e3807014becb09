package io.tiergate.cli.demo;

/** What the gate made of a request. */
enum Decision {
    ACCEPTED,
    ESCALATED,
    LOCAL_ONLY,
    SHED,
    RESOLVED
}
