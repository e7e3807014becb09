package io.tiergate.edge.escalation;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a ledger runs on: its threads, its clocks and its share of the memory. A gateway's is a {@link ProcessPlatform}; another lets
 * everything that a ledger does happen on one thread, in an order that can be repeated.
 */
interface LedgerPlatform {
    RunningTime.Clocks clocks();

    /**
     * Has somebody write what a writer is asked for, by {@link LedgerWriter#loop} or {@link LedgerWriter#writeWaiting}.
     *
     * @return ends that: waits until all that was asked for is written. Called once, when the writer takes nothing any more
     */
    Runnable startWriting(LedgerWriter writer);

    /** Reads, one question after the other; refuses them where too many wait. A new one for each ledger, which shuts it down. */
    ExecutorService reader();

    /** Looks after what is due from time to time. A new one for each ledger, which shuts it down. */
    ScheduledExecutorService housekeeper();

    /** For samples that were promised just now and need not be read from disk; above 0. */
    long recentBytes();

    /** For promises that wait for the disk; above 0. */
    long uncommittedBytes();
}
