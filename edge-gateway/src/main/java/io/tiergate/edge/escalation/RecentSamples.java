package io.tiergate.edge.escalation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The samples promised last that still wait to be sent, as they are on disk: what has just been written need not be read again. Bounded;
 * where more wait, the newest are in here. Safe on every thread.
 */
final class RecentSamples {
    private final long maxBytes;
    private final TreeMap<Long, PendingRecord.Sample> samples = new TreeMap<>();
    private long bytes;
    /** Whatever waits behind this place of the ledger's order is in here. */
    private long completeBehind;

    /**
     * @param maxBytes of all samples together
     * @param newest the last place of the ledger's order that was ever given; what waits up to there is on disk alone
     */
    RecentSamples(long maxBytes, long newest) {
        this.maxBytes = maxBytes;
        this.completeBehind = newest;
    }

    /** A sample is on disk; they come in the ledger's order. */
    synchronized void promised(PendingRecord.Sample sample) {
        samples.put(sample.sequence(), sample);
        bytes += sample.sizeBytes();
        while (bytes > maxBytes) {
            PendingRecord.Sample oldest = samples.pollFirstEntry().getValue();
            bytes -= oldest.sizeBytes();
            completeBehind = oldest.sequence();
        }
    }

    /** It waits no longer: it was sent, or has ended. */
    synchronized void settled(long sequence) {
        PendingRecord.Sample settled = samples.remove(sequence);
        if (settled != null) {
            bytes -= settled.sizeBytes();
        }
    }

    /**
     * What waits behind a place, in order; a page is no larger than one that is read from disk.
     *
     * @return empty if some of it may be on disk alone
     */
    synchronized Optional<List<PendingRecord>> after(long sequence, int limit) {
        return sequence < completeBehind ? Optional.empty() : Optional.of(page(sequence, limit));
    }

    private List<PendingRecord> page(long sequence, int limit) {
        List<PendingRecord> page = new ArrayList<>();
        long pageBytes = 0;
        for (PendingRecord.Sample sample : samples.tailMap(sequence, false).values()) {
            if (page.size() >= limit || pageBytes >= LedgerReader.LARGEST_PAGE_BYTES) {
                break;
            }
            page.add(sample);
            pageBytes += sample.sizeBytes();
        }
        return page;
    }
}
