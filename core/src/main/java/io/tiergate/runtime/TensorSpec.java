package io.tiergate.runtime;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param shape with {@link Shape#ANY} where a size may vary; without any size it is a scalar or, since ONNX Runtime tells no difference,
 *     of a shape that the model does not declare
 * @param shared whether an output is one for all samples of a batch, as the keys of maps are
 */
public record TensorSpec(String name, DataType type, Shape shape, boolean shared) {

    /** Of which every sample of a batch has its own part, if there are batches. */
    public TensorSpec(String name, DataType type, Shape shape) {
        this(name, type, shape, false);
    }

    /**
     * Checks a tensor against this declaration.
     *
     * @param model how the model is called in the message
     * @throws InvalidTensorException naming the tensor, what came and what was expected
     */
    public void check(String model, Tensor tensor) {
        if (tensor.type() != type) {
            throw new InvalidTensorException(
                    "%s: datatype %s (expected: %s, from model '%s')".formatted(name, tensor.type(), type, model));
        }
        if (shape.rank() > 0 && !shape.accepts(tensor.shape())) {
            throw new InvalidTensorException(
                    "%s: shape %s (expected: %s, from model '%s')".formatted(name, tensor.shape(), shape, model));
        }
        if (type == DataType.BYTES) {
            // ONNX Runtime's Java API takes strings: it would replace other bytes, and the model would see what nobody
            // sent.
            ByteStrings.firstNotUtf8(tensor.strings()).ifPresent(element -> {
                throw new InvalidTensorException("%s: element %d is not UTF-8 (expected: text, from model '%s')"
                        .formatted(name, element, model));
            });
        }
    }

    @Override
    public String toString() {
        return name + ":" + type + shape;
    }
}
