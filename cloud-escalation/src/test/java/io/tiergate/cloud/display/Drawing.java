package io.tiergate.cloud.display;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.display.SampleView.Numbers;
import io.tiergate.cloud.display.SampleView.Picture;
import io.tiergate.model.Display;
import io.tiergate.model.Display.Form;
import io.tiergate.model.Display.Image;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Range;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Draws small tensors and looks at what became of them. */
final class Drawing {
    static final Range UNIT = new Range(0, 1);

    private Drawing() {}

    static SampleView draw(Tensor tensor, Form form) {
        return SampleDrawer.draw(List.of(tensor), Optional.of(new Display(Optional.empty(), form)));
    }

    static SampleView guess(Tensor tensor) {
        return SampleDrawer.draw(List.of(tensor), Optional.empty());
    }

    static Image image(ImageLayout layout, Range range) {
        return new Image(Optional.of(layout), Optional.of(range));
    }

    static String reason(SampleView view) {
        assertThat(view).isInstanceOf(Numbers.class);
        return ((Numbers) view).reason();
    }

    /** The pixels row by row, each channel's number by itself. */
    static List<Integer> pixels(SampleView view) {
        assertThat(view).isInstanceOf(Picture.class);
        BufferedImage image = decoded((Picture) view);
        int[] pixels = image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
        return IntStream.of(pixels).boxed().toList();
    }

    static BufferedImage decoded(Picture picture) {
        try {
            return ImageIO.read(picture.png().newInput());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Tensor zeros(DataType type, long... shape) {
        long elements = Shape.of(shape).elements("x");
        return Tensor.of(
                "x", type, Shape.of(shape), ByteBuffer.allocate(Math.toIntExact(elements * type.elementBytes())));
    }

    static Tensor bytes(Shape shape, int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        IntStream.of(values).forEach(value -> buffer.put((byte) value));
        return Tensor.of("x", DataType.UINT8, shape, buffer.flip());
    }

    /** Whole numbers from 0 to 127, as a tensor of any type of numbers. */
    static Tensor whole(DataType type, Shape shape, int... values) {
        ByteBuffer buffer =
                ByteBuffer.allocate(values.length * type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            switch (type) {
                case BOOL, UINT8, INT8 -> buffer.put((byte) value);
                case UINT16, INT16 -> buffer.putShort((short) value);
                case UINT32, INT32 -> buffer.putInt(value);
                case UINT64, INT64 -> buffer.putLong(value);
                case FP16 -> buffer.putShort(Float.floatToFloat16(value));
                case BF16 -> buffer.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
                case FP32 -> buffer.putFloat(value);
                case FP64 -> buffer.putDouble(value);
                case BYTES -> throw new IllegalArgumentException("no numbers");
            }
        }
        return Tensor.of("x", type, shape, buffer.flip());
    }
}
