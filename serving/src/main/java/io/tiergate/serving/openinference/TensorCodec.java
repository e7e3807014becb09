package io.tiergate.serving.openinference;

import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.InvalidTensorException;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Reads the tensors of requests. Either every input is raw or every input is typed. */
public final class TensorCodec {
    private TensorCodec() {}

    /**
     * @throws InvalidTensorException naming the tensor, what came and what was expected
     */
    static List<Tensor> decode(ModelInferRequest request) {
        boolean raw = request.getRawInputContentsCount() > 0;
        if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
            throw new InvalidTensorException("raw_input_contents: %d entries (expected: %d, one per input)"
                    .formatted(request.getRawInputContentsCount(), request.getInputsCount()));
        }
        List<Tensor> tensors = new ArrayList<>(request.getInputsCount());
        for (int i = 0; i < request.getInputsCount(); i++) {
            InferInputTensor input = request.getInputs(i);
            DataType type = DataType.parse(input.getName(), input.getDatatype());
            Shape shape = Shape.of(input.getShapeList());
            if (!raw) {
                tensors.add(TypedContents.decode(input.getName(), type, shape, input.getContents()));
            } else if (input.hasContents()) {
                throw new InvalidTensorException(
                        "%s: has contents although raw_input_contents is used (expected: one or the other for all inputs)"
                                .formatted(input.getName()));
            } else {
                tensors.add(Tensor.of(
                        input.getName(),
                        type,
                        shape,
                        request.getRawInputContents(i).asReadOnlyByteBuffer()));
            }
        }
        return tensors;
    }

    /**
     * Wraps a tensor of Tiergate's own API.
     *
     * @throws InvalidTensorException naming the tensor, what came and what was expected
     */
    public static Tensor decode(io.tiergate.proto.v1.Tensor tensor) {
        return Tensor.of(
                tensor.getName(),
                DataType.parse(tensor.getName(), tensor.getDatatype()),
                Shape.of(tensor.getShapeList()),
                tensor.getData().asReadOnlyByteBuffer());
    }
}
