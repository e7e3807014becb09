package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How many partitions the verdicts topic has, by which a reply partition is checked. Whoever adds partitions is understood within
 * half a minute; an edge that names one that never existed costs a look every half minute at most. Safe on every thread.
 */
final class VerdictPartitions {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private final LongSupplier nanoClock;
    private volatile Look latest;

    private record Look(int partitions, long atNanos) {}

    /**
     * @param nanoClock counts nanoseconds from anywhere, and never backwards
     */
    VerdictPartitions(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** As of the latest look, of which there must have been one; another may find more, never fewer. */
    int count() {
        return latest.partitions();
    }

    /** Notes what was found just now. */
    void found(int partitions) {
        latest = new Look(partitions, nanoClock.getAsLong());
    }

    /**
     * Looks again, unless the latest look is recent.
     *
     * @return how many there are by the latest look
     */
    Uni<Integer> refreshed(Supplier<Uni<Integer>> look) {
        if (nanoClock.getAsLong() - latest.atNanos() < BETWEEN_LOOKS.toNanos()) {
            return Uni.createFrom().item(count());
        }
        return look.get().invoke(this::found);
    }
}
