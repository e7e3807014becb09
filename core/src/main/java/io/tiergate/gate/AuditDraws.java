package io.tiergate.gate;

import java.util.SplittableRandom;

/** The random numbers that draw audits, where the same audits have to be drawn again. */
public final class AuditDraws {
    private AuditDraws() {}

    /** The same for a gateway and a replay with the same seed, so that one shows what the other does. */
    public static SplittableRandom seeded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        // The first split draws a replay's images.
        random.split();
        return random.split();
    }
}
