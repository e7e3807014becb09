package io.tiergate.cloud.display;

import static io.tiergate.cloud.display.Drawing.UNIT;
import static io.tiergate.cloud.display.Drawing.bytes;
import static io.tiergate.cloud.display.Drawing.draw;
import static io.tiergate.cloud.display.Drawing.guess;
import static io.tiergate.cloud.display.Drawing.image;
import static io.tiergate.cloud.display.Drawing.pixels;
import static io.tiergate.cloud.display.Drawing.reason;
import static io.tiergate.cloud.display.Drawing.whole;
import static io.tiergate.cloud.display.Drawing.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.display.SampleView.Picture;
import io.tiergate.model.Display.Image;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Range;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PictureTest {
    private static final Range BYTES = new Range(0, 255);
    private static final Image GUESSED = new Image(Optional.empty(), Optional.empty());

    @Test
    void greyIsDrawnPixelByPixel() {
        Tensor tensor = Tensor.ofFloats("x", Shape.of(1, 1, 2, 3), 0, 0.2f, 0.4f, 0.6f, 0.8f, 1);

        assertThat(pixels(draw(tensor, image(ImageLayout.NCHW, UNIT)))).containsExactly(0, 51, 102, 153, 204, 255);
    }

    @ParameterizedTest
    @CsvSource({"NCHW, '1,3,1,2'", "CHW, '3,1,2'", "CHW, '1,3,1,2'"})
    void coloursComeChannelAfterChannel(ImageLayout layout, String shape) {
        assertThat(pixels(draw(bytes(shape(shape), 1, 2, 11, 12, 21, 22), image(layout, BYTES))))
                .containsExactly(1, 11, 21, 2, 12, 22);
    }

    @ParameterizedTest
    @CsvSource({"NHWC, '1,1,2,3'", "HWC, '1,2,3'", "HWC, '1,1,2,3'"})
    void orPixelAfterPixel(ImageLayout layout, String shape) {
        assertThat(pixels(draw(bytes(shape(shape), 1, 11, 21, 2, 12, 22), image(layout, BYTES))))
                .containsExactly(1, 11, 21, 2, 12, 22);
    }

    @ParameterizedTest
    @CsvSource({"HW, '2,3'", "HW, '1,2,3'", "NHW, '1,2,3'", "NHW, '2,3'"})
    void greyNeedsNoChannels(ImageLayout layout, String shape) {
        assertThat(pixels(draw(bytes(shape(shape), 1, 2, 3, 4, 5, 6), image(layout, BYTES))))
                .containsExactly(1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BYTES", "BOOL"})
    void everyTypeOfNumberIsDrawn(DataType type) {
        assertThat(pixels(draw(whole(type, Shape.of(2, 2), 0, 20, 40, 100), image(ImageLayout.HW, new Range(0, 100)))))
                .containsExactly(0, 51, 102, 255);
    }

    @Test
    void truthIsWhite() {
        assertThat(pixels(draw(whole(DataType.BOOL, Shape.of(1, 1, 2), 0, 1), GUESSED)))
                .containsExactly(0, 255);
    }

    @Test
    void whatLiesBeyondTheRangeIsBlackOrWhite() {
        Tensor tensor = Tensor.ofFloats("x", Shape.of(1, 4), -5, -1, 1, 7e30f);

        assertThat(pixels(draw(tensor, image(ImageLayout.HW, new Range(-1, 1)))))
                .containsExactly(0, 0, 255, 255);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0, 255", "0, 0.5, 0, 128", "-1, 1, 0, 255", "0, 255, 0, 255", "0, 51, 0, 51", "100, 300, 0, 255"
    })
    void theRangeIsGuessedFromTheNumbersAndItIsSaid(float first, float second, int dark, int bright) {
        SampleView view = draw(Tensor.ofFloats("x", Shape.of(1, 1, 2), first, second), GUESSED);

        assertThat(pixels(view)).containsExactly(dark, bright);
        assertThat(view.notes()).anyMatch(note -> note.startsWith("The numbers of black and white, "));
    }

    @Test
    void theRangeOfUnsignedBytesIsKnown() {
        assertThat(pixels(draw(bytes(Shape.of(1, 1, 2), 0, 1), GUESSED))).containsExactly(0, 1);
    }

    @Test
    void whatIsLargeIsScaledDownByTheMeanOfItsSquares() {
        int side = 2 * PictureDrawer.LONGEST_SIDE;
        int[] stripes = new int[2 * side];
        for (int x = 0; x < side; x++) {
            stripes[x] = x % 2 == 0 ? 10 : 30;
            stripes[side + x] = 50;
        }

        SampleView view = draw(bytes(Shape.of(2, side), stripes), image(ImageLayout.HW, BYTES));

        assertThat(pixels(view)).isEqualTo(Collections.nCopies(PictureDrawer.LONGEST_SIDE, 35));
        assertThat(view.notes()).containsExactly("Drawn at 1/2 of its size, 2048 by 2 pixels.");
    }

    @Test
    void theLastSquareOfAScaledPictureMayBeSmaller() {
        int width = PictureDrawer.LONGEST_SIDE + 1;
        int[] row = new int[width];
        row[width - 1] = 200;

        Picture picture = (Picture) draw(bytes(Shape.of(1, width), row), image(ImageLayout.HW, BYTES));

        assertThat(picture.width()).isEqualTo(513);
        assertThat(pixels(picture).getLast()).isEqualTo(200);
    }

    @Test
    void aPictureIsAnOpaquePngOfOneOrThreeChannels() {
        BufferedImage grey = Drawing.decoded((Picture) draw(zeros(DataType.FP32, 20, 30), GUESSED));
        BufferedImage colours = Drawing.decoded((Picture) draw(zeros(DataType.FP32, 3, 20, 30), GUESSED));

        assertThat(grey.getRaster().getNumBands()).isOne();
        assertThat(colours.getRaster().getNumBands()).isEqualTo(3);
        assertThat(colours.getWidth()).isEqualTo(30);
        assertThat(colours.getHeight()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({
        "NCHW, '1,4,2,2', '4 channels in layout NCHW (expected: 1, grey, or 3, colours)'",
        "NHWC, '1,2,2,2', '2 channels in layout NHWC (expected: 1, grey, or 3, colours)'",
        "NCHW, '2,1,2,2', 'shape [2, 1, 2, 2] does not fit layout NCHW'",
        "HW, '1,1,2,2', 'shape [1, 1, 2, 2] does not fit layout HW'",
        "NCHW, '4', 'shape [4] does not fit layout NCHW'",
        "NCHW, '1,1,0,2', 'its tensor is empty'"
    })
    void aShapeThatFitsNotIsShownAsNumbers(ImageLayout layout, String shape, String reason) {
        SampleView view = draw(zeros(DataType.FP32, shape(shape).toArray()), image(layout, UNIT));

        assertThat(reason(view)).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"NaN, 1", "Infinity, 1", "-Infinity, 1"})
    void soIsWhatHoldsNoNumber(float strange, int count) {
        SampleView view = draw(Tensor.ofFloats("x", Shape.of(1, 4), 0, 0, strange, 0), image(ImageLayout.HW, UNIT));

        assertThat(reason(view)).isEqualTo(count + " of 4 numbers are NaN or infinite, the first is number 3");
        assertThat(((SampleView.Numbers) view).values()).containsExactly("0.0", "0.0", Float.toString(strange), "0.0");
    }

    @Test
    void aPictureIsGuessedFromItsShape() {
        for (long[] shape : new long[][] {{1, 1, 28, 28}, {1, 3, 40, 24}, {1, 28, 28, 3}, {1, 28, 28}, {32, 32}}) {
            SampleView view = guess(zeros(DataType.UINT8, shape));

            assertThat(view).isInstanceOf(Picture.class);
            assertThat(view.notes())
                    .contains("How to show it is guessed: no model.yaml has a display section for it.")
                    .anyMatch(note -> note.startsWith("The layout, "));
        }
    }

    private static Shape shape(String sizes) {
        return Shape.of(
                Arrays.stream(sizes.split(",")).mapToLong(Long::parseLong).toArray());
    }
}
