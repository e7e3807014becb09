package io.tiergate.image;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;

/** Turns a PNG or JPEG file into one sample of a model's input, as its manifest says. */
public final class ImagePreprocessor {
    private final ImageDecoder decoder;
    private final TensorSpec input;
    private final Preprocessing preprocessing;
    private final ImageForm form;
    private final Preprocessing.Numbers numbers;

    private ImagePreprocessor(ImageDecoder decoder, TensorSpec input, Preprocessing preprocessing, ImageForm form) {
        this.decoder = decoder;
        this.input = input;
        this.preprocessing = preprocessing;
        this.form = form;
        int channels = preprocessing.image().channels();
        this.numbers = preprocessing
                .numbers()
                .orElse(new Preprocessing.Numbers(
                        Preprocessing.UNIT_SCALE,
                        Collections.nCopies(channels, 0.0),
                        Collections.nCopies(channels, 1.0)));
    }

    /**
     * Fits a manifest's section to a model.
     *
     * @param decoder shared by all models of a process, so that their pictures keep to one memory
     * @throws UnusableModelException with one sentence if the model's input takes no such picture
     */
    public static ImagePreprocessor of(Preprocessing preprocessing, TensorSpec input, ImageDecoder decoder) {
        return new ImagePreprocessor(decoder, input, preprocessing, form(preprocessing, input));
    }

    /**
     * Checks that a manifest's section fits a model.
     *
     * @throws UnusableModelException as {@link #of} does
     */
    public static void check(Preprocessing preprocessing, TensorSpec input) {
        form(preprocessing, input);
    }

    private static ImageForm form(Preprocessing preprocessing, TensorSpec input) {
        switch (input.type()) {
            case FP32, FP64 -> {}
            case UINT8 -> {
                if (preprocessing.numbers().isPresent()) {
                    throw new UnusableModelException(
                            "model.yaml: preprocess: input '%s' is UINT8 and takes a picture's bytes as they are; leave out scale, mean and std"
                                    .formatted(input.name()));
                }
            }
            default ->
                throw new UnusableModelException(
                        "model.yaml: preprocess: input '%s' is %s (expected, for an image: FP32, FP64 or UINT8)"
                                .formatted(input.name(), input.type()));
        }
        return ImageForm.of(preprocessing, input);
    }

    /** Size of every sample that {@link #tensor} makes. */
    public long tensorBytes() {
        return form.shape().elements(input.name()) * input.type().elementBytes();
    }

    /**
     * Decodes and converts a picture. Blocks for as long as that takes, and while others have taken the decoder's room.
     *
     * @param encoded a PNG or JPEG file
     * @return one sample under the input's name; its outermost size is 1 where the model has a batch dimension
     * @throws InvalidImageException with one sentence if the bytes cannot be used
     */
    public Tensor tensor(byte[] encoded) {
        return decoder.decode(encoded, preprocessing.image(), pixels -> filled(BilinearResize.to(form.size(), pixels)));
    }

    private Tensor filled(Pixels pixels) {
        int channels = pixels.channels().size();
        int area = pixels.height() * pixels.width();
        ByteBuffer data = ByteBuffer.allocate(
                        Math.multiplyExact(channels * area, input.type().elementBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < channels * area; i++) {
            boolean planes = preprocessing.layout() == Layout.NCHW;
            int channel = planes ? i / area : i % channels;
            put(data, pixels.channels().get(channel)[planes ? i % area : i / channels], channel);
        }
        Shape shape = form.shape();
        return Tensor.of(input.name(), input.type(), shape, data.flip());
    }

    private void put(ByteBuffer data, float value, int channel) {
        if (input.type() == DataType.UINT8) {
            data.put((byte) Math.clamp(Math.round(value), 0, 255));
        } else if (input.type() == DataType.FP32) {
            data.putFloat((float) numbers.of(value, channel));
        } else {
            data.putDouble(numbers.of(value, channel));
        }
    }
}
