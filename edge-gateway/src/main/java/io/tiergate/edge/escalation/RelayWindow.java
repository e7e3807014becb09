package io.tiergate.edge.escalation;

import io.tiergate.edge.escalation.PendingRecord.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where a channel of the relay stands in the ledger and what is under way on it. A record is passed over only once it was claimed:
 * a refusal that comes while a page is being read takes the relay back behind that page. Safe on every thread.
 */
final class RelayWindow {
    /** Bytes under way to the broker at once; one record may be larger than that, but then it goes alone. */
    private static final long LARGEST_BYTES = 16L << 20;

    /**
     * Where a page begins: behind these.
     *
     * @param label number of a report
     * @param sample sequence of a sample
     * @param epoch counts the refusals so far
     */
    record Start(long label, long sample, long epoch) {
        static final Start OLDEST = new Start(0, 0, 0);

        private Start behind(Place place) {
            return place.label()
                    ? new Start(Math.max(label, place.number()), sample, epoch)
                    : new Start(label, Math.max(sample, place.number()), epoch);
        }

        private Start before(Place place) {
            return place.label()
                    ? new Start(Math.min(label, place.number() - 1), sample, epoch + 1)
                    : new Start(label, Math.min(sample, place.number() - 1), epoch + 1);
        }
    }

    private final Set<Place> underWay = new HashSet<>();
    private long bytes;
    private Start next = Start.OLDEST;

    synchronized Start start() {
        return next;
    }

    /** Takes what is not under way already. */
    synchronized List<PendingRecord> claim(Start start, List<PendingRecord> found) {
        List<PendingRecord> fresh = new ArrayList<>();
        for (PendingRecord record : found) {
            if (underWay.add(record.place())) {
                bytes += record.sizeBytes();
                fresh.add(record);
            }
        }
        // After a refusal in between, what the page began behind may have to be read again.
        if (start.epoch() == next.epoch()) {
            found.forEach(record -> next = next.behind(record.place()));
        }
        return fresh;
    }

    /** The record is settled: sent, or rejected for good. */
    synchronized void done(PendingRecord record) {
        if (underWay.remove(record.place())) {
            bytes -= record.sizeBytes();
        }
    }

    /** The record has to be sent again. */
    synchronized void refused(PendingRecord record) {
        done(record);
        next = next.before(record.place());
    }

    synchronized boolean isEmpty() {
        return underWay.isEmpty();
    }

    synchronized boolean isFull() {
        return bytes >= LARGEST_BYTES;
    }
}
