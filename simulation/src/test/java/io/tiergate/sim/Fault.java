package io.tiergate.sim;

import io.tiergate.sim.Conditions.Trouble;

/** What happens to a schedule. */
sealed interface Fault {
    /** Holds for a time. */
    record Lasting(Trouble trouble) implements Fault {}

    /** Happens at once. */
    enum Sudden implements Fault {
        KILL_EDGE,
        STOP_EDGE,
        KILL_CLOUD,
        PAUSE_CLOUD,
        FENCE_CLOUD,
        BREAK_CHANNELS,
        REBALANCE,
        WALL_CLOCK_JUMPS,
        RETENTION_RUNS_OVER_VERDICTS
    }
}
