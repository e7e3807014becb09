package io.tiergate.edge.api;

import com.google.protobuf.util.Durations;
import io.tiergate.serving.inference.InvalidRequestException;
import java.time.Duration;

/** How long a caller asks to wait; the gateway cuts it to its own limit. */
final class Waits {
    private Waits() {}

    /**
     * @throws InvalidRequestException if it is negative, or none that protobuf allows
     */
    static Duration read(com.google.protobuf.Duration wait) {
        if (!Durations.isValid(wait) || Durations.isNegative(wait)) {
            throw new InvalidRequestException("wait: %d s and %d ns (expected: zero or more, at most %d s)"
                    .formatted(wait.getSeconds(), wait.getNanos(), Durations.MAX_VALUE.getSeconds()));
        }
        return Duration.ofSeconds(wait.getSeconds(), wait.getNanos());
    }
}
