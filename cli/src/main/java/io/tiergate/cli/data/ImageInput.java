package io.tiergate.cli.data;

import io.tiergate.cli.CommandFailure;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;

/** How a model takes grey images: makes its input tensor of their pixels. Safe for use by several threads. */
public final class ImageInput {
    private static final float WHITE = 255f;
    private static final List<DataType> TYPES = List.of(DataType.FP32, DataType.FP64, DataType.UINT8);

    private final TensorSpec input;
    private final Shape shapeOfOne;
    private final int pixels;
    private final boolean takesBatches;

    private ImageInput(TensorSpec input, Shape shapeOfOne, int pixels, boolean takesBatches) {
        this.input = input;
        this.shapeOfOne = shapeOfOne;
        this.pixels = pixels;
        this.takesBatches = takesBatches;
    }

    /**
     * @param model how the model is called in messages
     * @param rows height of the images in pixels
     * @param columns width of the images in pixels
     * @throws CommandFailure if the model does not take one grey image of this size as a sample
     */
    public static ImageInput of(String model, Signature signature, int rows, int columns) {
        if (signature.inputs().size() != 1) {
            throw new CommandFailure("model '%s' has %d inputs (expected: one, for an image)"
                    .formatted(model, signature.inputs().size()));
        }
        TensorSpec input = signature.inputs().getFirst();
        if (!TYPES.contains(input.type())) {
            throw new CommandFailure("input '%s' of model '%s' is %s (expected, for an image: FP32, FP64 or UINT8)"
                    .formatted(input.name(), model, input.type()));
        }
        boolean batches = signature.hasBatchDimension();
        List<Shape> forms = forms(batches, rows, columns);
        Shape shapeOfOne = forms.stream()
                .filter(input.shape()::accepts)
                .findFirst()
                .orElseThrow(() -> new CommandFailure(
                        "input '%s' of model '%s' has shape %s, into which an image of %d by %d does not fit (expected: one of %s)"
                                .formatted(input.name(), model, input.shape(), rows, columns, forms)));
        return new ImageInput(input, shapeOfOne, Math.multiplyExact(rows, columns), batches);
    }

    /**
     * With one channel, all these shapes hold the same bytes in the same order. Where there is a batch dimension, the outermost size
     * counts images, so it must not be taken for an image's rows.
     */
    private static List<Shape> forms(boolean batches, long rows, long columns) {
        Stream<Shape> counted = Stream.of(
                Shape.of(1, 1, rows, columns),
                Shape.of(1, rows, columns, 1),
                Shape.of(1, rows, columns),
                Shape.of(1, rows * columns));
        Stream<Shape> bare = Stream.of(Shape.of(rows, columns), Shape.of(rows * columns));
        return (batches ? counted : Stream.concat(counted, bare)).toList();
    }

    /** Whether a tensor may hold several images; otherwise each needs a call of its own. */
    public boolean takesBatches() {
        return takesBatches;
    }

    /**
     * The images as one tensor, in their order: a floating-point input gets byte / 255, an unsigned-byte input the bytes.
     *
     * @param images one or more, one alone unless the model {@linkplain #takesBatches takes batches}; each row by row, one unsigned
     *     byte a pixel
     * @throws IllegalArgumentException if there are none or too many, or if one is of another size
     */
    public Tensor tensor(List<byte[]> images) {
        if (images.isEmpty() || (images.size() > 1 && !takesBatches)) {
            throw new IllegalArgumentException("%s: %d images (expected: %s)"
                    .formatted(input.name(), images.size(), takesBatches ? "1 or more" : "1"));
        }
        int bytes = Math.multiplyExact(
                Math.multiplyExact(images.size(), pixels), input.type().elementBytes());
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] image : images) {
            if (image.length != pixels) {
                throw new IllegalArgumentException(
                        "%s: an image of %d pixels (expected: %d)".formatted(input.name(), image.length, pixels));
            }
            put(image, data);
        }
        Shape shape = takesBatches ? shapeOfOne.withFirst(images.size()) : shapeOfOne;
        return Tensor.of(input.name(), input.type(), shape, data.flip());
    }

    private void put(byte[] image, ByteBuffer data) {
        switch (input.type()) {
            case UINT8 -> data.put(image);
            case FP64 -> {
                for (byte pixel : image) {
                    data.putDouble(Byte.toUnsignedInt(pixel) / (double) WHITE);
                }
            }
            default -> {
                for (byte pixel : image) {
                    data.putFloat(Byte.toUnsignedInt(pixel) / WHITE);
                }
            }
        }
    }
}
