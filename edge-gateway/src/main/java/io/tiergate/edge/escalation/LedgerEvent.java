package io.tiergate.edge.escalation;

/**
 * A change of an escalation.
 *
 * @param cursor grows from event to event, also across restarts
 * @param escalation as it stood after the change
 */
public record LedgerEvent(long cursor, EscalationRow escalation) {}
