package io.tiergate.edge.escalation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The samples promised last that still wait to be sent, as they are on disk: what has just been written need not be read again. Bounded;
 * where more wait, the newest are in here. Safe on every thread.
 */
final class RecentSamples {
    private record Waiting(PendingRecord.Sample sample, double worth) {
        static final Comparator<Waiting> BEST_AND_OLDEST_FIRST = Comparator.comparingDouble(Waiting::worth)
                .reversed()
                .thenComparingLong(waiting -> waiting.sample().sequence());
    }

    private final long maxBytes;
    private final LargeSamples large = new LargeSamples();
    private final TreeMap<Long, Waiting> byAge = new TreeMap<>();
    private final TreeSet<Waiting> byWorth = new TreeSet<>(Waiting.BEST_AND_OLDEST_FIRST);
    private long bytes;
    /** How many wait that are not in here. */
    private long onDiskAlone;

    /**
     * @param maxBytes of all samples together
     * @param onDiskAlone how many wait already
     */
    RecentSamples(long maxBytes, long onDiskAlone) {
        this.maxBytes = maxBytes;
        this.onDiskAlone = onDiskAlone;
    }

    /** Those that are too large to be sent as they are. */
    LargeSamples large() {
        return large;
    }

    /** A sample is on disk; they come in the ledger's order. */
    synchronized void promised(PendingRecord.Sample sample, double worth) {
        if (large.isTooLarge(sample.sizeBytes())) {
            // On disk it becomes another one before it is sent.
            large.add(sample.sequence());
            onDiskAlone++;
            return;
        }
        Waiting waiting = new Waiting(sample, worth);
        byAge.put(sample.sequence(), waiting);
        byWorth.add(waiting);
        bytes += sample.sizeBytes();
        while (bytes > maxBytes) {
            drop(byAge.pollFirstEntry().getValue());
            onDiskAlone++;
        }
    }

    /** A sample that was sent has to be sent again. */
    synchronized void waitsAgain() {
        onDiskAlone++;
    }

    /** It has waited, and waits no longer: it was sent, or has ended. */
    synchronized void settled(long sequence) {
        Waiting settled = byAge.remove(sequence);
        if (settled != null) {
            drop(settled);
        } else {
            onDiskAlone--;
        }
    }

    private void drop(Waiting waiting) {
        byWorth.remove(waiting);
        bytes -= waiting.sample().sizeBytes();
    }

    /**
     * What waits; a page is no larger than one that is read from disk.
     *
     * @return empty if some of what waits is on disk alone
     */
    synchronized Optional<List<PendingRecord>> page(PageRequest request) {
        return onDiskAlone > 0 ? Optional.empty() : Optional.of(read(request));
    }

    private List<PendingRecord> read(PageRequest request) {
        List<PendingRecord> page = new ArrayList<>();
        long pageBytes = 0;
        for (Waiting waiting :
                request.choose(fresh(byWorth, request), fresh(byAge.values(), request), request.records())) {
            if (pageBytes >= request.bytes()) {
                break;
            }
            page.add(waiting.sample());
            pageBytes += waiting.sample().sizeBytes();
        }
        return page;
    }

    private static Iterator<Waiting> fresh(Collection<Waiting> samples, PageRequest request) {
        return samples.stream()
                .filter(waiting -> !request.isTakenSample(waiting.sample().sequence()))
                .iterator();
    }
}
