package io.tiergate.edge.telemetry;

import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.LedgerCounts;
import java.util.concurrent.TimeUnit;

/** The ledger's sums as of one instant for a whole scrape: gauges that are read one after the other must still add up. */
final class LedgerSnapshot {
    private static final long KEPT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Ledger ledger;
    private LedgerCounts counts;
    private long takenNanos;

    LedgerSnapshot(Ledger ledger) {
        this.ledger = ledger;
    }

    synchronized LedgerCounts counts() {
        long now = System.nanoTime();
        if (counts == null || now - takenNanos > KEPT_NANOS) {
            counts = ledger.counts();
            takenNanos = now;
        }
        return counts;
    }
}
