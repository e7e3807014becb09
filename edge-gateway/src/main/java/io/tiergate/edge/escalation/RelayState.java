package io.tiergate.edge.escalation;

/** How the relay stands with the broker. */
public enum RelayState {
    /** There is no broker configured: escalations stay in the outbox. */
    OFF,
    /** Nothing has been acknowledged yet, or the last record was. */
    CLOSED,
    /** A record was not acknowledged in time; nothing is sent until the next trial. */
    OPEN,
    /** One record is on trial. */
    HALF_OPEN,
    /** It is none of the hours in which records are sent. */
    PAUSED
}
