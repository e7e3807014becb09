package io.tiergate.gate.control;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What may be escalated at most: a share of the requests, bytes a day, or both, each as a token bucket. What is spent may overdraw a
 * bucket by one sample; nothing more may be until it has filled up again. Audits count like any other escalation.
 */
public final class EscalationBudget {
    /** So many requests' share may be saved up for a rush, */
    private static final double BURST_REQUESTS = 2000;
    /** and so many bytes: those of an hour. */
    private static final long BURST_NANOS = 3_600_000_000_000L;

    /** Of what may be saved up, at the start: a gateway that restarts often must not get a rush each time. */
    private static final double AT_START = 0.05;

    private static final double DAY_NANOS = 24.0 * BURST_NANOS;

    private final OptionalDouble share;
    private final OptionalLong bytesADay;
    private final LongSupplier nanos;
    private double samples;
    private double bytes;
    private long filledAt;

    /**
     * @param share of the requests, 0 to 1
     * @param nanos of a clock that never goes back
     */
    public EscalationBudget(OptionalDouble share, OptionalLong bytesADay, LongSupplier nanos) {
        if (share.isPresent() && !(share.getAsDouble() >= 0 && share.getAsDouble() <= 1)) {
            throw new IllegalArgumentException("max-escalation-rate: " + share.getAsDouble()
                    + " (expected: 0.0 to 1.0). It is a share; for 30 % write 0.30.");
        }
        this.share = share;
        this.bytesADay = bytesADay;
        this.nanos = nanos;
        this.samples = AT_START * mostSamples();
        this.bytes = AT_START * mostBytes();
        this.filledAt = nanos.getAsLong();
    }

    private double mostSamples() {
        // However small the share is, one sample can be saved up for.
        return Math.max(1, share.orElse(0) * BURST_REQUESTS);
    }

    private double mostBytes() {
        return bytesADay.orElse(0) * (BURST_NANOS / DAY_NANOS);
    }

    /** A request has been decided: its share may be spent. */
    public void decided() {
        samples = Math.min(mostSamples(), samples + share.orElse(0));
    }

    /** Whether another sample may be escalated. */
    public boolean allows() {
        return (share.isEmpty() || samples >= 1) && (bytesADay.isEmpty() || bytesLeft() > 0);
    }

    private double bytesLeft() {
        long now = nanos.getAsLong();
        bytes = Math.min(mostBytes(), bytes + bytesADay.orElse(0) * ((now - filledAt) / DAY_NANOS));
        filledAt = now;
        return bytes;
    }

    /** A sample is escalated. */
    public void escalated() {
        samples -= 1;
    }

    /** A sample that was to be escalated need not be. */
    public void returned() {
        samples += 1;
    }

    /** Its bytes are known. */
    public void spent(long sizeBytes) {
        bytes -= sizeBytes;
    }
}
