package io.tiergate.edge.escalation;

import io.tiergate.edge.escalation.PendingRecord.Place;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * The samples that are too large for a record, by their place in the ledger's order: they wait for a claim check before they can be sent, and
 * hold nothing up meanwhile. Safe on every thread.
 */
final class LargeSamples {
    private final TreeSet<Long> waiting = new TreeSet<>();
    private long mostBytes = Long.MAX_VALUE;

    /** From now on what is larger is too large. */
    synchronized void limit(long bytes) {
        mostBytes = bytes;
    }

    synchronized boolean isTooLarge(long bytes) {
        return bytes > mostBytes;
    }

    synchronized void add(long sequence) {
        waiting.add(sequence);
    }

    synchronized void addAll(Collection<Long> sequences) {
        waiting.addAll(sequences);
    }

    /** It is small enough now, or not needed any more. */
    synchronized void remove(long sequence) {
        waiting.remove(sequence);
    }

    synchronized boolean contains(long sequence) {
        return waiting.contains(sequence);
    }

    synchronized int count() {
        return waiting.size();
    }

    synchronized OptionalLong oldest() {
        return waiting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(waiting.first());
    }

    /** The same request without these, which are at both ends of every order. */
    PageRequest leftOut(PageRequest request) {
        int count = count();
        return count == 0
                ? request
                : new PageRequest(
                        request.records(),
                        request.bytes(),
                        request.turn(),
                        place -> request.taken().test(place) || isWaiting(place),
                        request.takenCount() + count);
    }

    private boolean isWaiting(Place place) {
        return !place.label() && contains(place.number());
    }
}
