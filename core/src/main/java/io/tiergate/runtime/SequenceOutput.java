package io.tiergate.runtime;

import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;

/**
 * An output that is a sequence of tensors, which becomes one tensor: its outermost dimension counts them.
 *
 * @param type as it is declared; ONNX Runtime's Java API says INT64 of UINT64, too, before a value is there
 */
record SequenceOutput(String name, DataType type) implements ModelOutput {
    /** The Java API does not tell the elements' shape, and their number need not be that of a batch's samples. */
    @Override
    public List<TensorSpec> specs() {
        return List.of(new TensorSpec(name, type, Shape.of()));
    }

    /** @throws InferenceException if the tensors differ in their shape */
    @Override
    public List<Tensor> read(OnnxValue value) throws OrtException {
        List<? extends OnnxValue> elements = ((OnnxSequence) value).getValue();
        try {
            List<Tensor> tensors = new ArrayList<>(elements.size());
            for (OnnxValue element : elements) {
                tensors.add(TensorOutput.read(name, (OnnxTensor) element));
            }
            return List.of(stacked(tensors));
        } finally {
            OnnxValue.close(elements);
        }
    }

    private Tensor stacked(List<Tensor> tensors) {
        Shape shape = tensors.getFirst().shape();
        for (Tensor tensor : tensors) {
            if (!tensor.shape().equals(shape)) {
                throw new InferenceException(
                        "output '%s' is a sequence of tensors of different shapes, %s and %s (expected: one shape); pad them inside the graph"
                                .formatted(name, shape, tensor.shape()));
            }
        }
        return Tensor.concatenate(
                tensors.stream().map(tensor -> tensor.reshaped(shape.within(1))).toList());
    }
}
