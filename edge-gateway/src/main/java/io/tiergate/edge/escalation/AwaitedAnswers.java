package io.tiergate.edge.escalation;

import java.util.List;

/**
 * A part of what waits for answers on a partition.
 *
 * @param ids in the ledger's order
 * @param upTo the place in the ledger's order up to which was looked
 * @param more whether there is something behind it
 */
record AwaitedAnswers(List<String> ids, long upTo, boolean more) {
    AwaitedAnswers {
        ids = List.copyOf(ids);
    }
}
