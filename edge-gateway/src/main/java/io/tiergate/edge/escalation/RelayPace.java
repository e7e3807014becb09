package io.tiergate.edge.escalation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** When the relay may send, and how much at once: for links that cost by the hour or by the byte. Safe on every thread. */
final class RelayPace {
    /** The wall clock may be set meanwhile: it is looked at again after that. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Optional<RelaySchedule> schedule;
    private final Optional<TokenBucket> bucket;
    private final RunningTime.Clocks clocks;

    RelayPace(Optional<RelaySchedule> schedule, OptionalLong maxBytesPerSecond, RunningTime.Clocks clocks) {
        this.schedule = schedule;
        this.clocks = clocks;
        this.bucket = maxBytesPerSecond.isPresent()
                ? Optional.of(new TokenBucket(maxBytesPerSecond.getAsLong(), clocks.nanos()))
                : Optional.empty();
    }

    /** At any time, as much as there is. */
    static RelayPace unlimited() {
        return new RelayPace(Optional.empty(), OptionalLong.empty(), RunningTime.Clocks.SYSTEM);
    }

    static RelayPace of(RelayConfig config) {
        return new RelayPace(
                config.schedule().map(hours -> RelaySchedule.parse(hours, config.zone())),
                config.maxBytesPerSecond()
                        .map(bytes -> OptionalLong.of(bytes.asLongValue()))
                        .orElse(OptionalLong.empty()),
                RunningTime.Clocks.SYSTEM);
    }

    /** How long the schedule keeps the link closed from now on, as far as it is known; zero if it is open. */
    Duration untilOpen() {
        Instant now = Instant.ofEpochMilli(clocks.wallMillis().getAsLong());
        return schedule.map(hours -> hours.untilOpen(now)).orElse(Duration.ZERO);
    }

    boolean isClosed() {
        return untilOpen().isPositive();
    }

    /** How long to send nothing from now on; zero if something may be sent. */
    Duration pause() {
        Duration untilOpen = untilOpen();
        if (untilOpen.isPositive()) {
            return untilOpen.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : untilOpen;
        }
        return bucket.map(TokenBucket::pause).orElse(Duration.ZERO);
    }

    /** How many bytes may be sent now, above 0; one record may be larger, but then it goes alone. */
    long allowance() {
        return bucket.map(TokenBucket::allowance).orElse(Long.MAX_VALUE);
    }

    void spent(long bytes) {
        bucket.ifPresent(tokens -> tokens.spent(bytes));
    }

    /** Sending has failed after a time; how many of the bytes were sent, nobody knows. */
    void failed(long bytes, Duration time) {
        bucket.ifPresent(tokens -> tokens.tried(bytes, time));
    }
}
