package io.tiergate.serving.inference;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A request that waited for its turn longer than its caller allowed. It has not run. */
public final class RequestExpiredException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    RequestExpiredException(Duration timeout) {
        super(
                "Request timeout expired: it did not get its turn within its 'timeout' of %d µs. Allow more, or ask less often."
                        .formatted(TimeUnit.NANOSECONDS.toMicros(timeout.toNanos())),
                null);
    }
}
