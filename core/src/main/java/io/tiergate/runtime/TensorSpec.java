package io.tiergate.runtime;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param shape with {@link Shape#ANY} where a size may vary
 */
public record TensorSpec(String name, DataType type, Shape shape) {

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
        if (!shape.accepts(tensor.shape())) {
            throw new InvalidTensorException(
                    "%s: shape %s (expected: %s, from model '%s')".formatted(name, tensor.shape(), shape, model));
        }
    }
}
