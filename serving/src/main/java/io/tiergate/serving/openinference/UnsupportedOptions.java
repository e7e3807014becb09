package io.tiergate.serving.openinference;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.serving.inference.InvalidRequestException;
import java.util.Map;
import java.util.Set;

/** Refuses options that would change the answer and are not implemented: an option that is silently ignored is a wrong answer. */
final class UnsupportedOptions {
    private static final Set<String> TENSOR_OPTIONS = Set.of("classification", "shared_memory_region");
    /** Sent by stream clients of other servers with every request; harmless. */
    private static final String EMPTY_FINAL_RESPONSE = "triton_enable_empty_final_response";

    private UnsupportedOptions() {}

    static void refuse(ModelInferRequest request) {
        request.getInputsList().forEach(input -> refuse(input.getParametersMap()));
        request.getOutputsList().forEach(output -> refuse(output.getParametersMap()));
        for (String key : request.getParametersMap().keySet()) {
            if (key.startsWith("sequence_")) {
                throw unimplemented(key);
            }
            if (key.startsWith("triton_") && !key.equals(EMPTY_FINAL_RESPONSE)) {
                throw new InvalidRequestException(
                        "parameter '%s': names with the prefix triton_ are reserved".formatted(key));
            }
        }
    }

    private static void refuse(Map<String, InferParameter> parameters) {
        for (String option : TENSOR_OPTIONS) {
            if (parameters.containsKey(option)) {
                throw unimplemented(option);
            }
        }
    }

    private static StatusRuntimeException unimplemented(String option) {
        return Status.UNIMPLEMENTED
                .withDescription("parameter '%s' is not implemented; leave it out".formatted(option))
                .asRuntimeException();
    }
}
