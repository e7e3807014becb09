package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureTest {
    private static final TensorSpec OUTPUT = new TensorSpec("logits", DataType.FP32, Shape.of(Shape.ANY, 3));
    private static final Signature TWO_INPUTS = new Signature(
            List.of(
                    new TensorSpec("image", DataType.FP32, Shape.of(Shape.ANY, 2)),
                    new TensorSpec("text", DataType.BYTES, Shape.of(Shape.ANY))),
            List.of(OUTPUT));

    @Test
    void tensorsAreArrangedInTheModelsOrder() {
        assertThat(TWO_INPUTS.arrange("m", List.of(text(1), image(1))))
                .extracting(Tensor::name)
                .containsExactly("image", "text");
    }

    @Test
    void aMissingInputIsRefused() {
        refuses("inputs [image] (expected: [image, text], from model 'm')", image(1));
        refuses("inputs [] (expected: [image, text], from model 'm')");
    }

    @Test
    void anUnknownInputIsRefused() {
        refuses(
                "inputs [image, text, x] (expected: [image, text], from model 'm')",
                image(1),
                text(1),
                Tensor.ofFloats("x", Shape.of(1, 2), 1, 2));
    }

    @Test
    void anInputGivenTwiceIsRefused() {
        refuses("input 'image' is given twice for model 'm'", image(1), text(1), image(1));
    }

    @Test
    void anotherTypeIsRefused() {
        refuses(
                "image: datatype FP64 (expected: FP32, from model 'm')",
                text(1),
                Tensor.of("image", DataType.FP64, Shape.of(1, 2), ByteBuffer.allocate(16)));
    }

    @Test
    void anotherShapeIsRefused() {
        refuses(
                "image: shape [1, 3] (expected: [-1, 2], from model 'm')",
                text(1),
                Tensor.ofFloats("image", Shape.of(1, 3), 1, 2, 3));
    }

    @Test
    void anEmptyBatchIsRefused() {
        refuses("image: batch of 0 rows (expected: at least 1, for model 'm')", image(0), text(0));
    }

    @Test
    void batchesOfDifferentSizeAreRefused() {
        refuses("text: batch of 3 rows (expected: 2 as in image, for model 'm')", image(2), text(3));
    }

    @Test
    void textThatIsNotUtf8IsRefusedSinceOnnxRuntimeWouldGetOtherBytes() {
        refuses(
                "text: element 1 is not UTF-8 (expected: text, from model 'm')",
                image(2),
                Tensor.ofStrings("text", Shape.of(2), List.of(new byte[] {'a'}, new byte[] {(byte) 0xff})));
    }

    @Test
    void aBatchDimensionMustBeOpenInEveryInputAndOutput() {
        assertThat(TWO_INPUTS.hasBatchDimension()).isTrue();
        TensorSpec open = new TensorSpec("x", DataType.FP32, Shape.of(Shape.ANY, 3));
        TensorSpec fixed = new TensorSpec("y", DataType.FP32, Shape.of(1, 3));
        TensorSpec scalar = new TensorSpec("z", DataType.FP32, Shape.of());

        assertThat(new Signature(List.of(open, fixed), List.of(OUTPUT)).hasBatchDimension())
                .isFalse();
        assertThat(new Signature(List.of(open), List.of(OUTPUT, fixed)).hasBatchDimension())
                .isFalse();
        assertThat(new Signature(List.of(open), List.of(scalar)).hasBatchDimension())
                .isFalse();
        assertThat(new Signature(List.of(), List.of(OUTPUT)).hasBatchDimension())
                .isFalse();
    }

    @Test
    void anOutputThatAllSamplesShareNeedsNoBatchDimension() {
        TensorSpec keys = new TensorSpec("keys", DataType.INT64, Shape.of(3), true);

        assertThat(new Signature(TWO_INPUTS.inputs(), List.of(OUTPUT, keys)).hasBatchDimension())
                .isTrue();
    }

    @Test
    void anInputWithoutSizesTakesEveryShapeSinceItMayBeUndeclared() {
        Signature open = new Signature(List.of(new TensorSpec("x", DataType.FP32, Shape.of())), List.of(OUTPUT));

        for (Shape shape : List.of(Shape.of(), Shape.of(1), Shape.of(1, 1))) {
            assertThat(open.arrange("m", List.of(Tensor.ofFloats("x", shape, 1))))
                    .hasSize(1);
        }
    }

    @Test
    void withoutBatchDimensionNoRowsAreCounted() {
        Signature whole = new Signature(List.of(new TensorSpec("x", DataType.FP32, Shape.of(2))), List.of(OUTPUT));

        assertThat(whole.arrange("m", List.of(Tensor.ofFloats("x", Shape.of(2), 1, 2))))
                .hasSize(1);
    }

    private static void refuses(String message, Tensor... tensors) {
        assertThatThrownBy(() -> TWO_INPUTS.arrange("m", List.of(tensors)))
                .isInstanceOf(InvalidTensorException.class)
                .hasMessage(message);
    }

    private static Tensor image(int rows) {
        return Tensor.ofFloats("image", Shape.of(rows, 2), new float[2 * rows]);
    }

    private static Tensor text(int rows) {
        return Tensor.ofStrings(
                "text",
                Shape.of(rows),
                java.util.stream.Stream.generate(() -> new byte[] {'a'})
                        .limit(rows)
                        .toList());
    }
}
