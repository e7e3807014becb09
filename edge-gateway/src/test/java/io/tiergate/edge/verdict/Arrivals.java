package io.tiergate.edge.verdict;

import io.tiergate.proto.v1.Verdict;
import java.util.Set;

/** What the inbox does once a verdict is stored, for tests that have none. */
public final class Arrivals {
    private Arrivals() {}

    /** The escalations for whose verdict somebody waits. */
    public static Set<String> expected(VerdictWaiters waiters) {
        return waiters.expected();
    }

    /** Tells whoever waits for it. */
    public static void tell(VerdictWaiters waiters, Verdict verdict) {
        waiters.arrived(verdict);
    }
}
