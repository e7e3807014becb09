package io.tiergate.edge.escalation;

import java.sql.SQLException;
import java.util.Optional;

/** What the disk under a simulated ledger does just now. */
public interface DiskFaults {
    /** What a change that is about to be made runs into. */
    Optional<SQLException> changing();

    /** What a question that is about to be asked runs into. */
    Optional<SQLException> asking();

    /** What a commit runs into: nothing of it is on disk then. The process may also end here. */
    Optional<SQLException> committing();

    /** Whether a change that fails takes the whole transaction with it, before the process asks for that. */
    boolean rollsBack();

    /** The process may end here, with everything on disk and nobody told. */
    void committed();

    /** How long the next group waits until it is written. */
    long writingNanos();

    /** The most changes in the next group; above 0. */
    int groupSize();
}
