package io.tiergate.edge.escalation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the relay stands in the ledger and what is under way. A record is passed over only once it was claimed: a refusal that
 * comes while a page is being read takes the relay back behind that page. Safe on every thread.
 */
final class RelayWindow {
    /** Bytes under way to the broker at once; one record may be larger than that, but then it goes alone. */
    private static final long LARGEST_BYTES = 16L << 20;

    /**
     * Where a page begins.
     *
     * @param epoch counts the refusals so far
     */
    record Start(long position, long epoch) {}

    private final Set<Long> underWay = new HashSet<>();
    private long bytes;
    private long position;
    private long epoch;

    synchronized Start start() {
        return new Start(position, epoch);
    }

    /** Takes what is not under way already. */
    synchronized List<PendingRecord> claim(Start start, List<PendingRecord> found) {
        List<PendingRecord> fresh = new ArrayList<>();
        for (PendingRecord record : found) {
            if (underWay.add(record.sequence())) {
                bytes += record.sizeBytes();
                fresh.add(record);
            }
        }
        // After a refusal in between, what the page began behind may have to be read again.
        if (start.epoch() == epoch && !found.isEmpty()) {
            position = Math.max(position, found.get(found.size() - 1).sequence());
        }
        return fresh;
    }

    /** The record is settled: sent, or rejected for good. */
    synchronized void done(PendingRecord record) {
        if (underWay.remove(record.sequence())) {
            bytes -= record.sizeBytes();
        }
    }

    /** The record has to be sent again. */
    synchronized void refused(PendingRecord record) {
        done(record);
        position = Math.min(position, record.sequence() - 1);
        epoch++;
    }

    /** Forgets what is under way and begins anew with the oldest pending record. */
    synchronized void reset() {
        underWay.clear();
        bytes = 0;
        position = 0;
        epoch++;
    }

    synchronized boolean isEmpty() {
        return underWay.isEmpty();
    }

    synchronized boolean isFull() {
        return bytes >= LARGEST_BYTES;
    }
}
