package io.tiergate.edge.escalation;

import io.tiergate.edge.escalation.PendingRecord.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is under way on a channel of the relay. There is no cursor: every page is asked for anew, from the best that waits, less what is in
 * here; so what comes in later is sent before what is worth less, and what the broker refuses comes again by itself. One page is read at
 * a time. Safe on every thread.
 */
final class RelayWindow {
    /** Bytes under way to the broker at once; one record may be larger than that, but then it goes alone. */
    private static final long LARGEST_BYTES = 16L << 20;

    /** Few enough to be passed over for every page. */
    private static final int MOST_UNNOTED = 10_000;

    private final Set<Place> underWay = new HashSet<>();
    /** Settled since the page in hand was asked for: it may have been read before. */
    private final Set<Place> settled = new HashSet<>();
    /** The broker has them, but the disk did not take the note. */
    private final Set<Place> unnoted = new HashSet<>();

    private long bytes;
    private long samplesClaimed;

    /** The next page to ask for. */
    synchronized PageRequest page(int records, long mostBytes) {
        settled.clear();
        return new PageRequest(
                records,
                Math.min(mostBytes, LedgerReader.LARGEST_PAGE_BYTES),
                samplesClaimed,
                this::isTaken,
                underWay.size() + unnoted.size());
    }

    private synchronized boolean isTaken(Place place) {
        return underWay.contains(place) || settled.contains(place) || unnoted.contains(place);
    }

    /** Takes what is not taken already. */
    synchronized List<PendingRecord> claim(List<PendingRecord> found) {
        List<PendingRecord> fresh = new ArrayList<>();
        for (PendingRecord record : found) {
            if (!isTaken(record.place())) {
                underWay.add(record.place());
                bytes += record.sizeBytes();
                samplesClaimed += record.place().label() ? 0 : 1;
                fresh.add(record);
            }
        }
        return fresh;
    }

    /** The record is settled: sent and noted, or rejected for good. */
    synchronized void done(PendingRecord record) {
        release(record);
        settled.add(record.place());
    }

    /** The record is sent, but that could not be noted: it is not sent again as long as notes fail. */
    synchronized void unnoted(PendingRecord record) {
        release(record);
        unnoted.add(record.place());
    }

    /** Notes are made again: what is missing is sent once more, the cloud knows copies. */
    synchronized void notesAreMade() {
        unnoted.clear();
    }

    /** The record has to be sent again. */
    synchronized void refused(PendingRecord record) {
        release(record);
    }

    private void release(PendingRecord record) {
        if (underWay.remove(record.place())) {
            bytes -= record.sizeBytes();
        }
    }

    synchronized boolean isEmpty() {
        return underWay.isEmpty();
    }

    synchronized boolean isFull() {
        return bytes >= LARGEST_BYTES || unnoted.size() >= MOST_UNNOTED;
    }
}
