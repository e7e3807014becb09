package io.tiergate.edge.escalation;

import java.util.List;

/**
 * The next changes after a cursor, and what the ledger had at that instant.
 *
 * @param events oldest first
 * @param oldestCursor of the oldest change that is still there; where there is none, the one that the next change will have
 * @param latestCursor of the newest change there ever was; 0 if there was none
 */
public record EventPage(List<LedgerEvent> events, long oldestCursor, long latestCursor) {
    public EventPage {
        events = List.copyOf(events);
    }
}
