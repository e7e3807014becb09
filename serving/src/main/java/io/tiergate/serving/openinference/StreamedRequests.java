package io.tiergate.serving.openinference;

import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelStreamInferResponse;
import io.tiergate.serving.grpc.CallMetrics;
import java.util.Optional;

/** The way of one request on a stream: as alone, but a failure is told in its answer. */
record StreamedRequests(InferenceRequests<?> requests, CallMetrics metrics) {
    /** Never fails, and throws nothing. */
    Uni<ModelStreamInferResponse> answer(ModelInferRequest request) {
        CallMetrics.Call call = metrics.started();
        boolean saysFinal = ProtocolParameters.wantsFinalResponse(request.getParametersMap());
        // What a failure is told with. Not the request itself, whose tensors would be kept for as long as it takes.
        ModelInferResponse echo = finished(
                ModelInferResponse.newBuilder()
                        .setModelName(request.getModelName())
                        .setModelVersion(request.getModelVersion())
                        .setId(request.getId()),
                saysFinal);
        try {
            return requests.answer(request, call)
                    .map(response -> ModelStreamInferResponse.newBuilder()
                            .setInferResponse(finished(response.toBuilder(), saysFinal))
                            .build())
                    .invoke(call::answered)
                    .onCancellation()
                    .invoke(call::cancelled)
                    .onFailure()
                    .recoverWithItem(failure -> failed(echo, call, failure));
        } catch (RuntimeException e) {
            return Uni.createFrom().item(failed(echo, call, e));
        }
    }

    /** One answer to a request is all there is, so it is the final one. */
    private static ModelInferResponse finished(ModelInferResponse.Builder response, boolean saysFinal) {
        if (saysFinal) {
            response.putParameters(
                    "triton_final_response",
                    InferParameter.newBuilder().setBoolParam(true).build());
        }
        return response.build();
    }

    private static ModelStreamInferResponse failed(ModelInferResponse echo, CallMetrics.Call call, Throwable failure) {
        Status status = call.failed(failure).getStatus();
        // Without words it would look like an answer.
        String words = Optional.ofNullable(status.getDescription())
                .orElse(status.getCode().name());
        return ModelStreamInferResponse.newBuilder()
                .setErrorMessage(words)
                .setInferResponse(echo)
                .build();
    }
}
