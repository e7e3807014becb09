package io.tiergate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import io.tiergate.testing.TestImages;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImagePreprocessorTest {
    private static final byte[] GREY = TestImages.grey("png", 2, 0, 51, 102, 255);
    private static final byte[] COLORS = TestImages.color(BufferedImage.TYPE_INT_RGB, 2, 0x010203, 0x040506);

    @Test
    void greyBytesBecomeZeroToOne() {
        Tensor tensor = tensor(plain(ColorMode.GREY, Layout.NCHW), DataType.FP32, Shape.of(-1, 1, 2, 2), GREY);

        assertThat(tensor.name()).isEqualTo("x");
        assertThat(tensor.shape()).isEqualTo(Shape.of(1, 1, 2, 2));
        assertThat(tensor.rowOfDoubles(0, 4)).containsExactly(0f, 51 / 255f, 102 / 255f, 1f);
    }

    @Test
    void everyShapeThatHoldsOneGreyPictureIsFilledAlike() {
        for (Shape shape : List.of(
                Shape.of(-1, 1, 2, 2), Shape.of(1, 2, 2), Shape.of(2, 2), Shape.of(-1, 2, 2), Shape.of(1, 1, 2, 2))) {
            Tensor tensor = tensor(plain(ColorMode.GREY, Layout.NCHW), DataType.FP64, shape, GREY);
            assertThat(shape.accepts(tensor.shape())).isTrue();
            assertThat(tensor.rowOfDoubles(0, 4)).as(shape.toString()).endsWith(1);
        }
        Preprocessing sized =
                new Preprocessing(ColorMode.GREY, Layout.NCHW, Optional.of(new ImageSize(2, 2)), Optional.empty());
        assertThat(tensor(sized, DataType.FP32, Shape.of(-1, 4), GREY).shape()).isEqualTo(Shape.of(1, 4));
        assertThat(tensor(sized, DataType.FP32, Shape.of(-1, 1, -1, -1), GREY).shape())
                .isEqualTo(Shape.of(1, 1, 2, 2));
    }

    /** Else a picture of two rows would be answered as two samples, and one in three channels as three. */
    @Test
    void aFirstSizeThatIsTheBatchTakesOnePictureWhateverElseIsFree() {
        Preprocessing sized =
                new Preprocessing(ColorMode.GREY, Layout.NCHW, Optional.of(new ImageSize(2, 2)), Optional.empty());
        assertThat(tensor(sized, DataType.FP32, Shape.of(-1, -1), GREY).shape()).isEqualTo(Shape.of(1, 4));
        refuses(
                plain(ColorMode.RGB, Layout.NCHW),
                DataType.FP32,
                Shape.of(-1, 2, 2),
                "model.yaml: preprocess: input 'x' has shape [-1, 2, 2], which takes no rgb picture of 2 by 2");
    }

    @Test
    void theLayoutDecidesTheOrderOfTheChannels() {
        Tensor planes = tensor(plain(ColorMode.RGB, Layout.NCHW), DataType.UINT8, Shape.of(-1, 3, 1, 2), COLORS);
        Tensor pixels = tensor(plain(ColorMode.RGB, Layout.NHWC), DataType.UINT8, Shape.of(-1, 1, 2, 3), COLORS);

        assertThat(bytes(planes)).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(bytes(pixels)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void eachChannelIsScaledByItsOwnMeanAndDeviation() {
        Preprocessing normalised = new Preprocessing(
                ColorMode.RGB,
                Layout.NHWC,
                Optional.empty(),
                Optional.of(new Preprocessing.Numbers(0.5, List.of(0.5, 1.0, 0.0), List.of(1.0, 0.5, 2.0))));

        Tensor tensor = tensor(normalised, DataType.FP64, Shape.of(-1, 1, 2, 3), COLORS);

        assertThat(tensor.rowOfDoubles(0, 6)).containsExactly(0, 0, 0.75, 1.5, 3, 1.5);
    }

    @Test
    void thePictureIsResizedToTheModel() {
        byte[] wide = TestImages.grey("png", 2, 0, 100);

        Tensor tensor = tensor(plain(ColorMode.GREY, Layout.NCHW), DataType.UINT8, Shape.of(-1, 1, 2, 4), wide);

        assertThat(bytes(tensor)).containsExactly(0, 25, 75, 100, 0, 25, 75, 100);
    }

    @Test
    void aModelThatTakesNoSuchPictureIsRefusedInOneSentence() {
        refuses(
                plain(ColorMode.RGB, Layout.NCHW),
                DataType.FP32,
                Shape.of(-1, 1, 28, 28),
                "model.yaml: preprocess: input 'x' has shape [-1, 1, 28, 28], which takes no rgb picture of 28 by 28 in layout NCHW");
        refuses(
                plain(ColorMode.RGB, Layout.NHWC),
                DataType.FP32,
                Shape.of(-1, 3, 28, 30),
                "model.yaml: preprocess: input 'x' has shape [-1, 3, 28, 30], which takes no rgb picture of 3 by 28 in layout NHWC");
        refuses(
                plain(ColorMode.GREY, Layout.NCHW),
                DataType.FP32,
                Shape.of(-1, 784),
                "model.yaml: preprocess.resize is missing, and input 'x' [-1, 784] does not tell");
        refuses(
                plain(ColorMode.GREY, Layout.NCHW),
                DataType.INT64,
                Shape.of(-1, 1, 2, 2),
                "model.yaml: preprocess: input 'x' is INT64 (expected, for an image: FP32, FP64 or UINT8)");
        refuses(
                new Preprocessing(
                        ColorMode.GREY,
                        Layout.NCHW,
                        Optional.empty(),
                        Optional.of(new Preprocessing.Numbers(0.5, List.of(0.0), List.of(1.0)))),
                DataType.UINT8,
                Shape.of(-1, 1, 2, 2),
                "model.yaml: preprocess: input 'x' is UINT8 and takes a picture's bytes as they are; leave out scale, mean and std");
    }

    private static void refuses(Preprocessing preprocessing, DataType type, Shape shape, String start) {
        assertThatThrownBy(() -> of(preprocessing, type, shape))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith(start);
    }

    private static Preprocessing plain(ColorMode image, Layout layout) {
        return new Preprocessing(image, layout, Optional.empty(), Optional.empty());
    }

    private static Tensor tensor(Preprocessing preprocessing, DataType type, Shape shape, byte[] picture) {
        return of(preprocessing, type, shape).tensor(picture);
    }

    private static ImagePreprocessor of(Preprocessing preprocessing, DataType type, Shape shape) {
        return ImagePreprocessor.of(preprocessing, new TensorSpec("x", type, shape), ImageDecoder.within(100_000_000));
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[tensor.sizeBytes()];
        tensor.data().get(bytes);
        return bytes;
    }
}
