package io.tiergate.edge.overload;

import com.google.protobuf.UnsafeByteOperations;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.CallInputs;
import io.tiergate.edge.inference.CallOptions;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Activation;
import io.tiergate.model.EdgeManifest;
import io.tiergate.model.Payload;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A call as it is put to an ensemble. Every class is asked for by name, since the ensemble may list its labels in another order.
 *
 * @param wanted empty, or the gated output alone
 */
record CloudQuestion(
        ServedModel model, EdgeManifest manifest, CallInputs.Tensors inputs, List<String> wanted, String ensemble) {
    /** The one output of an ensemble. */
    private static final String PROBABILITIES = "probabilities";

    /**
     * Puts a call into that form.
     *
     * @return empty if the call has to stay, or an ensemble cannot answer it in the edge's place: it knows nothing but inputs, and of
     *     outputs nothing but probabilities
     */
    static Optional<CloudQuestion> of(ServedModel model, CallInputs inputs, List<String> wanted, CallOptions options) {
        EdgeManifest manifest = model.model().manifest().orElseThrow();
        boolean answerable = options.gate().mayLeave()
                && model.signature().hasBatchDimension()
                && (wanted.isEmpty() || isDerivable(model, manifest, wanted));
        return answerable && inputs instanceof CallInputs.Tensors tensors
                ? manifest.escalation()
                        .filter(escalation -> escalation.payload() instanceof Payload.Input)
                        .map(escalation -> new CloudQuestion(model, manifest, tensors, wanted, escalation.ensemble()))
                : Optional.empty();
    }

    private static boolean isDerivable(ServedModel model, EdgeManifest manifest, List<String> wanted) {
        return wanted.stream().allMatch(manifest.outputName()::equals)
                && manifest.confidence().activation() != Activation.SIGMOID
                && model.signature().outputs().stream()
                        .filter(output -> output.name().equals(manifest.outputName()))
                        .allMatch(output ->
                                output.type() == DataType.FP32 && output.shape().rank() == 2);
    }

    ModelInferRequest toRequest() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                .setModelName(ensemble)
                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                        .setName(PROBABILITIES)
                        .putParameters(
                                "classification",
                                InferParameter.newBuilder()
                                        .setInt64Param(manifest.labels().size())
                                        .build()));
        for (Tensor input : inputs.tensors()) {
            request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                            .setName(input.name())
                            .setDatatype(input.type().name())
                            .addAllShape(LongStream.of(input.shape().toArray())
                                    .boxed()
                                    .toList()))
                    .addRawInputContents(UnsafeByteOperations.unsafeWrap(input.data()));
        }
        return request.build();
    }

    Answer toAnswer(CloudOpinions opinions) {
        return new Answer(
                model,
                wanted.stream().map(output -> opinions.output(output, manifest)).toList(),
                opinions.samples(model));
    }
}
