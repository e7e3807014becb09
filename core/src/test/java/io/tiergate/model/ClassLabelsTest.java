package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.gate.Activation;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassLabelsTest {
    private static final List<String> THREE = List.of("a", "b", "c");

    @Test
    void oneLabelPerClassFits() {
        assertFits(THREE, Activation.SOFTMAX, DataType.FP32, -1, 3);
        assertFits(THREE, Activation.SOFTMAX, DataType.FP64, 3);
        assertFits(THREE, Activation.SOFTMAX, DataType.FP32, 1, 3);
    }

    @Test
    void theClassesMayLieInAnyDimensionOfASample() {
        assertFits(THREE, Activation.SOFTMAX, DataType.FP32, -1, 3, 1, 1);
        assertRefused("3 labels, but output 'y' of m.onnx has 6 classes", Activation.SOFTMAX, -1, 2, 3);
    }

    @Test
    void anotherNumberOfClassesIsRefused() {
        assertRefused("3 labels, but output 'y' of m.onnx has 4 classes", Activation.SOFTMAX, -1, 4);
        assertRefused("3 labels, but output 'y' of m.onnx has 1 classes", Activation.SOFTMAX);
        assertRefused("3 labels, but output 'y' of m.onnx has 1 classes", Activation.SIGMOID, -1, 1);
    }

    @Test
    void aBatchOfFixedSizeIsRefusedWithWhatToDo() {
        assertRefused(
                "3 labels, but output 'y' of m.onnx has 12 classes; if its first size is the batch's, export the model with that size free",
                Activation.SOFTMAX,
                4,
                3);
    }

    @Test
    void aNumberOfClassesThatTheModelLeavesOpenIsNotRefused() {
        assertFits(THREE, Activation.SOFTMAX, DataType.FP32, -1, -1);
    }

    @Test
    void aSingleSigmoidAnswersForTwoLabels() {
        assertFits(List.of("no", "yes"), Activation.SIGMOID, DataType.FP32, -1, 1);
    }

    @Test
    void halfPrecisionIsGated() {
        assertFits(THREE, Activation.SOFTMAX, DataType.FP16, -1, 3);
        assertFits(THREE, Activation.SOFTMAX, DataType.BF16, -1, 3);
    }

    @Test
    void numbersThatAreNotFloatingPointAreNotGated() {
        assertThatThrownBy(() -> ClassLabels.check(
                        THREE, Activation.SOFTMAX, new TensorSpec("y", DataType.INT64, Shape.of(-1, 3)), "m.onnx"))
                .isInstanceOf(UnusableModelException.class)
                .hasMessage(
                        "output 'y' of m.onnx is INT64 (expected: FP16, BF16, FP32 or FP64, to be gated); name the output with the classes' scores, or cast it inside the graph");
    }

    private static void assertFits(List<String> labels, Activation activation, DataType type, long... shape) {
        assertThatCode(() ->
                        ClassLabels.check(labels, activation, new TensorSpec("y", type, Shape.of(shape)), "m.onnx"))
                .doesNotThrowAnyException();
    }

    private static void assertRefused(String message, Activation activation, long... shape) {
        assertThatThrownBy(() -> ClassLabels.check(
                        THREE, activation, new TensorSpec("y", DataType.FP32, Shape.of(shape)), "m.onnx"))
                .isInstanceOf(UnusableModelException.class)
                .hasMessage(message);
    }
}
