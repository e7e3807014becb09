package io.tiergate.serving.openinference;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import java.util.Map;

/** What the protocol knows and Tiergate does not do: an option that is silently ignored is a wrong answer. */
final class Unimplemented {
    private static final String SHARED_MEMORY = "shared_memory_";

    private Unimplemented() {}

    /** Tensors travel within the message only. */
    static void refuseSharedMemory(ModelInferRequest request) {
        request.getInputsList().forEach(input -> refuseSharedMemory(input.getParametersMap()));
        request.getOutputsList().forEach(output -> refuseSharedMemory(output.getParametersMap()));
    }

    private static void refuseSharedMemory(Map<String, InferParameter> parameters) {
        for (String name : parameters.keySet()) {
            if (name.startsWith(SHARED_MEMORY)) {
                throw parameter(name, "send and take the tensor within the message");
            }
        }
    }

    static StatusRuntimeException parameter(String name, String instead) {
        return Status.UNIMPLEMENTED
                .withDescription("parameter '%s' is not implemented; %s".formatted(name, instead))
                .asRuntimeException();
    }
}
