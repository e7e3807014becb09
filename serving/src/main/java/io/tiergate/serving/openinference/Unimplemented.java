package io.tiergate.serving.openinference;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What the protocol knows and Tiergate does not do: an option that is silently ignored is a wrong answer. */
final class Unimplemented {
    private Unimplemented() {}

    static StatusRuntimeException parameter(String name, String instead) {
        return Status.UNIMPLEMENTED
                .withDescription("parameter '%s' is not implemented; %s".formatted(name, instead))
                .asRuntimeException();
    }
}
