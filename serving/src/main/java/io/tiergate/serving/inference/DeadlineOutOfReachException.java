package io.tiergate.serving.inference;

import java.util.concurrent.TimeUnit;

/** A request that would have its turn too late, as far as the service time measured so far tells. It has not waited. */
public final class DeadlineOutOfReachException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    DeadlineOutOfReachException(long expectedNanos, long leftNanos) {
        super(
                "Request timeout expired: work of about %d µs waits before it, and it has to have its turn within %d µs. Try again shortly, or allow more."
                        .formatted(
                                TimeUnit.NANOSECONDS.toMicros(expectedNanos),
                                TimeUnit.NANOSECONDS.toMicros(Math.max(0, leftNanos))),
                null);
    }
}
