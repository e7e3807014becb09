package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;

/**
 * What a payload in the outbox is worth: when room is needed, the least goes first, and of equal worth the oldest. The numbers are stored,
 * in bands that must never change.
 */
final class Worth {
    /** Of a parked sample: the cloud keeps a payload of its own, so that this one is a spare. */
    static final double PARKED = -2;
    /** Of one that the broker has: needed only to ask again. */
    static final double SENT = -1;
    /** Of an audit that waits to be sent: the gate's promise rests on audits, and they are few. */
    static final double AUDITED = 2;

    /** Escalations that wait to be sent lie between 0 and 1. */
    private static final double LARGEST = 1;

    private Worth() {}

    /** Of a sample that is about to wait; {@code evict-oldest} makes all escalations alike. */
    static double of(EscalatedSample sample, OutboxConfig.WhenFull policy) {
        if (sample.getPurpose() == Purpose.PURPOSE_AUDITED) {
            return AUDITED;
        }
        return switch (policy) {
            case EVICT -> ofDoubt(sample.getThreshold() - sample.getScore());
            case EVICT_OLDEST, SHED -> LARGEST / 2;
        };
    }

    /**
     * More for what lies farther below the threshold, on whatever scale the score is. What is in doubt though its score would do, because
     * it failed a check or its caller asked for it, is worth the most: nothing says how uncertain it is.
     */
    private static double ofDoubt(double doubt) {
        return doubt > 0 ? LARGEST * Math.atan(doubt) / (Math.PI / 2) : LARGEST;
    }
}
