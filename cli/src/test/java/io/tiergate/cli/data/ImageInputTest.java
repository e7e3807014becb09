package io.tiergate.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.cli.CommandFailure;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageInputTest {
    private static final byte[] FIRST = {0, 51, (byte) 255, 1, 2, 3};
    private static final byte[] SECOND = {9, 8, 7, 6, 5, (byte) 204};

    @Test
    void putsTheImagesOfABatchOneAfterTheOther() {
        ImageInput input = input(DataType.FP32, -1, 1, 2, 3);
        assertThat(input.takesBatches()).isTrue();
        Tensor tensor = input.tensor(List.of(FIRST, SECOND));
        assertThat(tensor.name()).isEqualTo("images");
        assertThat(tensor.type()).isEqualTo(DataType.FP32);
        assertThat(tensor.shape()).isEqualTo(Shape.of(2, 1, 2, 3));
        assertThat(tensor.doubleAt(0)).isZero();
        assertThat(tensor.doubleAt(1)).isEqualTo(51 / 255f);
        assertThat(tensor.doubleAt(2)).isEqualTo(1);
        assertThat(tensor.doubleAt(6)).isEqualTo(9 / 255f);
        assertThat(tensor.doubleAt(11)).isEqualTo(204 / 255f);
    }

    @Test
    void dividesInTheInputsOwnPrecision() {
        assertThat(input(DataType.FP64, -1, 6).tensor(List.of(FIRST)).doubleAt(1))
                .isEqualTo(0.2);
    }

    @Test
    void givesAnUnsignedByteInputTheBytesThemselves() {
        Tensor tensor = input(DataType.UINT8, -1, 6).tensor(List.of(FIRST, SECOND));
        byte[] bytes = new byte[tensor.sizeBytes()];
        tensor.data().get(bytes);
        assertThat(bytes).containsExactly(0, 51, 255, 1, 2, 3, 9, 8, 7, 6, 5, 204);
    }

    @Test
    void takesTheFormThatTheModelSaysWithTheBatchInFront() {
        assertThat(shapeOfTwo(-1, 1, 2, 3)).isEqualTo(Shape.of(2, 1, 2, 3));
        assertThat(shapeOfTwo(-1, 2, 3, 1)).isEqualTo(Shape.of(2, 2, 3, 1));
        assertThat(shapeOfTwo(-1, 2, 3)).isEqualTo(Shape.of(2, 2, 3));
        assertThat(shapeOfTwo(-1, 6)).isEqualTo(Shape.of(2, 6));
        assertThat(shapeOfTwo(-1, -1, -1, -1)).isEqualTo(Shape.of(2, 1, 2, 3));
    }

    @Test
    void givesAModelWithoutBatchDimensionOneImageACall() {
        ImageInput fixed = input(DataType.FP32, 1, 1, 2, 3);
        assertThat(fixed.takesBatches()).isFalse();
        assertThat(fixed.tensor(List.of(FIRST)).shape()).isEqualTo(Shape.of(1, 1, 2, 3));
        assertThatThrownBy(() -> fixed.tensor(List.of(FIRST, SECOND)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("images: 2 images (expected: 1)");
        assertThat(input(DataType.FP32, 2, 3).tensor(List.of(FIRST)).shape()).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void doesNotTakeTheBatchForAnImagesRows() {
        assertThatThrownBy(() -> input(DataType.FP32, -1, 3))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("has shape [-1, 3], into which an image of 2 by 3 does not fit");
    }

    @Test
    void refusesAModelIntoWhichTheImageDoesNotFit() {
        assertThatThrownBy(() -> input(DataType.FP32, -1, 3, 2, 3))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("input 'images' of model 'small' has shape [-1, 3, 2, 3]")
                .hasMessageContaining("(expected: one of [[1, 1, 2, 3], [1, 2, 3, 1], [1, 2, 3], [1, 6]])");
        assertThatThrownBy(() -> input(DataType.INT64, -1, 6))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is INT64 (expected, for an image: FP32, FP64 or UINT8)");
    }

    @Test
    void refusesAModelOfSeveralInputs() {
        TensorSpec input = new TensorSpec("images", DataType.FP32, Shape.of(-1, 6));
        Signature two = new Signature(List.of(input, input), List.of());
        assertThatThrownBy(() -> ImageInput.of("small", two, 2, 3))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("model 'small' has 2 inputs (expected: one, for an image)");
    }

    @Test
    void refusesNoImagesAndImagesOfAnotherSize() {
        ImageInput input = input(DataType.FP32, -1, 6);
        assertThatThrownBy(() -> input.tensor(List.of())).hasMessage("images: 0 images (expected: 1 or more)");
        assertThatThrownBy(() -> input.tensor(List.of(FIRST, new byte[7])))
                .hasMessage("images: an image of 7 pixels (expected: 6)");
    }

    private static Shape shapeOfTwo(long... modelShape) {
        return input(DataType.FP32, modelShape).tensor(List.of(FIRST, SECOND)).shape();
    }

    private static ImageInput input(DataType type, long... modelShape) {
        TensorSpec input = new TensorSpec("images", type, Shape.of(modelShape));
        TensorSpec output = new TensorSpec("logits", DataType.FP32, Shape.of(modelShape[0], 10));
        return ImageInput.of("small", new Signature(List.of(input), List.of(output)), 2, 3);
    }
}
