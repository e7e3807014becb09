package io.tiergate.sim;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How things stand just now: what the schedule's faults change, and what everything simulated asks. At the beginning all is well. */
final class Conditions {
    /** What is true for as long as at least one fault holds. */
    enum Trouble {
        LINK_CUT,
        LINK_LOSES,
        LINK_SLOW,
        BROKER_REFUSES,
        BROKER_REPEATS,
        COMMITS_TIME_OUT,
        DATABASE_AWAY,
        DATABASE_FORGETS_TO_ANSWER,
        DISK_FULL,
        DISK_BROKEN,
        DISK_SLOW,
        READING_FAILS,
        EDGE_DIES_BEFORE_COMMITS,
        EDGE_DIES_AFTER_COMMITS,
        CLOUD_DIES_BEFORE_COMMITS,
        CLOUD_DIES_AFTER_COMMITS
    }

    private final Map<Trouble, Integer> holding = new EnumMap<>(Trouble.class);
    private final Chance chance;

    Conditions(Chance chance) {
        this.chance = chance;
    }

    void begin(Trouble trouble) {
        holding.merge(trouble, 1, Integer::sum);
    }

    void end(Trouble trouble) {
        holding.merge(trouble, -1, Integer::sum);
    }

    boolean holds(Trouble trouble) {
        return holding.getOrDefault(trouble, 0) > 0;
    }

    /** Whether it strikes now, of so many times. */
    boolean strikes(Trouble trouble, double probability) {
        return holds(trouble) && chance.happens(probability);
    }

    long linkNanos() {
        return chance.upTo(holds(Trouble.LINK_SLOW) ? Duration.ofSeconds(8) : Duration.ofMillis(40));
    }
}
