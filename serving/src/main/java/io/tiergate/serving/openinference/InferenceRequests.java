package io.tiergate.serving.openinference;

import com.google.protobuf.UnsafeByteOperations;
import io.smallrye.mutiny.Uni;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.Prediction;
import io.tiergate.serving.inference.Servable;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way of one request through the protocol: decode, check against the model, answer. Raw contents out, always: many clients decode
 * nothing else.
 */
record InferenceRequests<M extends Servable>(ModelCatalog<M> catalog, InferenceBackend<M> backend) {
    /**
     * @param call told of the model once it is known
     * @return fails as {@link InferenceBackend#infer} does; to be subscribed to, because the model is kept in memory until it ends
     * @throws RuntimeException at once, of the kinds that {@link io.tiergate.serving.grpc.Failures} knows, if the request cannot be served
     */
    Uni<ModelInferResponse> answer(ModelInferRequest request, CallMetrics.Call call) {
        M model = catalog.acquire(request.getModelName(), request.getModelVersion());
        try {
            call.of(model.name());
            Unimplemented.refuseSharedMemory(request);
            ProtocolParameters protocol = ProtocolParameters.read(request.getParametersMap());
            RequestedOutputs wanted = RequestedOutputs.of(model, request);
            List<Tensor> inputs = model.signature().arrange(model.name(), TensorCodec.decode(request));
            InferenceCall inference =
                    new InferenceCall(inputs, wanted.names(), request.getParametersMap(), protocol.queue());
            // Not the request: a call that waits for a verdict must not hold its tensors meanwhile.
            String requestId = request.getId();
            AtomicBoolean held = new AtomicBoolean(true);
            return backend.infer(model, inference)
                    .map(prediction -> response(requestId, model, wanted, prediction))
                    .onTermination()
                    .invoke(() -> {
                        // Told twice if the client cancels just when the answer comes.
                        if (held.getAndSet(false)) {
                            model.release();
                        }
                    });
        } catch (RuntimeException e) {
            model.release();
            throw e;
        }
    }

    private static ModelInferResponse response(
            String requestId, Servable model, RequestedOutputs wanted, Prediction prediction) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model.name())
                .setModelVersion(String.valueOf(model.version()))
                .setId(requestId);
        for (Tensor output : wanted.ranked(model, prediction.outputs())) {
            var described = ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name());
            for (long size : output.shape().toArray()) {
                described.addShape(size);
            }
            response.addOutputs(described);
            response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.data()));
        }
        prediction
                .parameters()
                .forEach((key, value) -> response.putParameters(
                        key, InferParameter.newBuilder().setStringParam(value).build()));
        return response.build();
    }
}
