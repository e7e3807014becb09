package io.tiergate.model;

import io.tiergate.gate.Activation;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.util.Arrays;
import java.util.List;

/** Checks that a model answers for just the classes its package names. */
public final class ClassLabels {
    private ClassLabels() {}

    /**
     * @param file the ONNX file's name, for the message
     * @throws UnusableModelException with one sentence if the output is no row of numbers, or of another length
     */
    public static void check(List<String> labels, Activation activation, TensorSpec output, String file) {
        if (!output.type().isFloatingPoint()) {
            throw new UnusableModelException(
                    "output '%s' of %s is %s (expected: FP16, BF16, FP32 or FP64, to be gated); name the output with the classes' scores, or cast it inside the graph"
                            .formatted(output.name(), file, output.type()));
        }
        long classes = numbers(output.shape());
        boolean binary = activation == Activation.SIGMOID && classes == 1 && labels.size() == 2;
        // A model that leaves the number of classes open is checked with its first answer instead.
        if (classes >= 0 && classes != labels.size() && !binary) {
            boolean looksLikeBatch = output.shape().rank() > 1 && output.shape().size(0) > 1;
            throw new UnusableModelException("%d labels, but output '%s' of %s has %d classes%s"
                    .formatted(
                            labels.size(),
                            output.name(),
                            file,
                            classes,
                            looksLikeBatch
                                    ? "; if its first size is the batch's, export the model with that size free"
                                    : ""));
        }
    }

    /** How many numbers a sample gets; {@link Shape#ANY} if the model leaves it open. */
    static long numbers(Shape shape) {
        Shape sample = shape.startsWithAny() ? shape.withFirst(1) : shape;
        return sample.isConcrete() ? Arrays.stream(sample.toArray()).reduce(1, Math::multiplyExact) : Shape.ANY;
    }
}
