package io.tiergate.serving.openinference;

import com.google.protobuf.UnsafeByteOperations;
import io.smallrye.mutiny.Uni;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.Prediction;
import io.tiergate.serving.inference.Servable;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
            UnsupportedOptions.refuse(request);
            // Not the request: a call that waits for a verdict must not hold its tensors meanwhile.
            String requestId = request.getId();
            List<Tensor> inputs = model.signature().arrange(model.name(), TensorCodec.decode(request));
            List<String> wanted = wantedOutputs(model, request);
            return backend.infer(model, new InferenceCall(inputs, wanted, request.getParametersMap()))
                    .map(prediction -> response(requestId, model, prediction))
                    .onTermination()
                    .invoke(model::release);
        } catch (RuntimeException e) {
            model.release();
            throw e;
        }
    }

    private static ModelInferResponse response(String requestId, Servable model, Prediction prediction) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model.name())
                .setModelVersion(String.valueOf(model.version()))
                .setId(requestId);
        for (Tensor output : prediction.outputs()) {
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

    private static List<String> wantedOutputs(Servable model, ModelInferRequest request) {
        List<String> known =
                model.signature().outputs().stream().map(TensorSpec::name).toList();
        if (request.getOutputsCount() == 0) {
            return known;
        }
        List<String> wanted = request.getOutputsList().stream()
                .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                .toList();
        var unknown =
                wanted.stream().filter(name -> !known.contains(name)).collect(Collectors.toCollection(TreeSet::new));
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException("outputs %s are unknown (expected: of %s, from model '%s')"
                    .formatted(unknown, known, model.name()));
        }
        return wanted;
    }
}
