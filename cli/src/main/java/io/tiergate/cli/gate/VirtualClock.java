package io.tiergate.cli.gate;

import java.util.function.LongSupplier;

/** A clock that moves on by one second a request. */
final class VirtualClock implements LongSupplier {
    private static final long REQUEST_NANOS = 1_000_000_000L;

    private long nanos;

    void tick() {
        nanos += REQUEST_NANOS;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }
}
