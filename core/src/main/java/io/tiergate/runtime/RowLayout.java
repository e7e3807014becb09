package io.tiergate.runtime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Inputs and outputs of a model whose samples are rows of a fixed size, so that rows of several calls can lie behind each other.
 */
record RowLayout(List<Column> inputs, List<Column> outputs) {
    /**
     * An input or output.
     *
     * @param rowBytes of one sample
     */
    record Column(TensorSpec spec, int rowBytes) {
        private static Column of(TensorSpec spec) {
            return new Column(
                    spec,
                    Math.toIntExact(
                            row(spec).elements(spec.name()) * spec.type().elementBytes()));
        }

        String name() {
            return spec.name();
        }

        DataType type() {
            return spec.type();
        }

        Shape shape(long rows) {
            return spec.shape().withFirst(rows);
        }
    }

    /**
     * Empty if a size besides the number of rows may vary, or ONNX Runtime cannot be given memory of such a type, or would leave the memory
     * of an output as it was because the output is an input.
     */
    static Optional<RowLayout> of(Signature signature) {
        boolean fixed = signature.hasBatchDimension()
                && !passesAnInputOn(signature)
                && Stream.concat(signature.inputs().stream(), signature.outputs().stream())
                        .allMatch(RowLayout::hasFixedRows);
        return fixed
                ? Optional.of(new RowLayout(columns(signature.inputs()), columns(signature.outputs())))
                : Optional.empty();
    }

    private static boolean passesAnInputOn(Signature signature) {
        Set<String> inputs = signature.inputs().stream().map(TensorSpec::name).collect(Collectors.toSet());
        return signature.outputs().stream().map(TensorSpec::name).anyMatch(inputs::contains);
    }

    private static List<Column> columns(List<TensorSpec> specs) {
        return specs.stream().map(Column::of).toList();
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

    /** Bytes of one sample, all inputs and outputs together. */
    long sampleBytes() {
        return Stream.concat(inputs.stream(), outputs.stream())
                .mapToLong(Column::rowBytes)
                .sum();
    }
}
