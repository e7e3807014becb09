package io.tiergate.edge.escalation;

import io.tiergate.edge.escalation.PendingRecord.Place;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the relay wants of the outbox. The samples of most worth come first, and of equal worth the oldest; but every fourth is the oldest of
 * all, so that none waits for ever while better ones keep coming.
 *
 * @param records at most
 * @param bytes a page ends with the record that reaches them; above 0
 * @param turn how many samples were given before
 * @param taken what is to be left out, asked on any thread
 * @param takenCount no fewer than waiting records are left out
 */
record PageRequest(int records, long bytes, long turn, Predicate<Place> taken, int takenCount) {
    private static final int TURNS = 4;
    private static final int TURN_OF_THE_OLDEST = 3;

    /** All that waits, but for what a page cannot hold. */
    static PageRequest of(int records) {
        return new PageRequest(records, LedgerReader.LARGEST_PAGE_BYTES, 0, place -> false, 0);
    }

    /** How many must be looked at to find so many that are not left out, wherever they lie. */
    int reach(int wanted) {
        return wanted + takenCount;
    }

    boolean isTakenSample(long sequence) {
        return taken.test(new Place(false, sequence));
    }

    boolean isTakenLabel(long number) {
        return taken.test(new Place(true, number));
    }

    /**
     * Chooses samples in the order in which they are to be sent.
     *
     * @param mostValuable what is not left out, the most valuable first; it may lack some
     * @param oldest the same, the oldest first, lacking none
     * @param wanted at most so many are chosen
     */
    <T> List<T> choose(Iterator<T> mostValuable, Iterator<T> oldest, int wanted) {
        LinkedHashSet<T> chosen = new LinkedHashSet<>();
        while (chosen.size() < wanted && (mostValuable.hasNext() || oldest.hasNext())) {
            boolean ofAge = (turn + chosen.size()) % TURNS == TURN_OF_THE_OLDEST;
            // One that is chosen already takes no turn.
            chosen.add((ofAge && oldest.hasNext()) || !mostValuable.hasNext() ? oldest.next() : mostValuable.next());
        }
        return List.copyOf(chosen);
    }
}
