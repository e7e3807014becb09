package io.tiergate.runtime;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Inputs and outputs of a model whose samples are rows of a fixed size, so that rows of several calls can lie behind each other.
 */
record RowLayout(List<TensorSpec> inputs, List<TensorSpec> outputs) {
    /** Empty if a size besides the number of rows may vary, or ONNX Runtime cannot be given memory of such a type. */
    static Optional<RowLayout> of(Signature signature) {
        boolean fixed = signature.hasBatchDimension()
                && Stream.concat(signature.inputs().stream(), signature.outputs().stream())
                        .allMatch(RowLayout::hasFixedRows);
        return fixed ? Optional.of(new RowLayout(signature.inputs(), signature.outputs())) : Optional.empty();
    }

    private static boolean hasFixedRows(TensorSpec spec) {
        boolean lendable =
                switch (spec.type()) {
                    // The Java API has no such types.
                    case UINT16, UINT32, UINT64, BYTES -> false;
                    default -> true;
                };
        return lendable && !spec.shared() && row(spec).isConcrete();
    }

    private static Shape row(TensorSpec spec) {
        return spec.shape().withFirst(1);
    }

    /** Bytes of one sample of an input or output. */
    static int rowBytes(TensorSpec spec) {
        return Math.toIntExact(row(spec).elements(spec.name()) * spec.type().elementBytes());
    }

    /** Bytes of one sample, all inputs and outputs together. */
    long sampleBytes() {
        return Stream.concat(inputs.stream(), outputs.stream())
                .mapToLong(RowLayout::rowBytes)
                .sum();
    }
}
