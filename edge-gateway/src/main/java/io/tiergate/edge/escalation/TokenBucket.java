package io.tiergate.edge.escalation;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token bucket that may go into debt: what is larger than the bucket goes through alone, and is paid for afterwards. Over any span of
 * time it lets through the rate, one second's worth and one record. Safe on every thread.
 */
final class TokenBucket {
    private static final long NANOS = 1_000_000_000L;
    /** Of a second's worth: what is waited for, so that pages hold more than a record. */
    private static final int PORTIONS = 10;

    private final long perSecond;
    private final long portion;
    private final LongSupplier nanoClock;
    private double tokens;
    private long filledNanos;

    /** @param perSecond above 0 */
    TokenBucket(long perSecond, LongSupplier nanoClock) {
        this.perSecond = perSecond;
        this.portion = Math.max(1, perSecond / PORTIONS);
        this.nanoClock = nanoClock;
        this.tokens = (double) perSecond;
        this.filledNanos = nanoClock.getAsLong();
    }

    private void fill() {
        long now = nanoClock.getAsLong();
        tokens = Math.min(
                (double) perSecond, tokens + (double) (now - filledNanos) * (double) perSecond / (double) NANOS);
        filledNanos = now;
    }

    /** How long to wait until something may be spent; zero if that is now. */
    synchronized Duration pause() {
        fill();
        double missing = (double) portion - tokens;
        return missing <= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) Math.ceil(missing * (double) NANOS / (double) perSecond));
    }

    /** What may be spent now; at least a portion, which is for who has waited. */
    synchronized long allowance() {
        fill();
        return Math.max(portion, (long) tokens);
    }

    synchronized void spent(long amount) {
        fill();
        tokens -= (double) amount;
    }

    /** Nobody knows how much went through in a time: as much as it allowed, at most. */
    synchronized void tried(long atMost, Duration time) {
        fill();
        tokens -= Math.min((double) atMost, (double) time.toNanos() * (double) perSecond / (double) NANOS);
    }
}
