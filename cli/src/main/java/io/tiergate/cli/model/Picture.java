package io.tiergate.cli.model;

import io.tiergate.image.ColorMode;
import io.tiergate.image.ImageSize;
import io.tiergate.image.Layout;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * An input that looks like a picture.
 *
 * @param size absent if the model leaves it open
 * @param why what it looks like and by what
 */
record Picture(ColorMode color, Layout layout, Optional<ImageSize> size, String why) {
    private static final List<DataType> PICTURES = List.of(DataType.FP32, DataType.FP64, DataType.UINT8);
    private static final int SMALLEST_SIDE = 5;

    /** @param wanted a person's choice of layout */
    static Optional<Picture> in(TensorSpec input, Optional<Layout> wanted) {
        long[] sizes = input.shape().toArray();
        if (!PICTURES.contains(input.type())) {
            return Optional.empty();
        }
        if (sizes.length == 4) {
            boolean first = isChannels(sizes[1]) && wanted.orElse(Layout.NCHW) == Layout.NCHW;
            boolean last = isChannels(sizes[3]) && wanted.orElse(Layout.NHWC) == Layout.NHWC;
            if (first) {
                return Optional.of(of(sizes[1], Layout.NCHW, sizes[2], sizes[3], 2));
            }
            return last ? Optional.of(of(sizes[3], Layout.NHWC, sizes[1], sizes[2], 4)) : Optional.empty();
        }
        if (sizes.length == 3 && sizes[0] == Shape.ANY && sizes[1] >= SMALLEST_SIDE && sizes[2] >= SMALLEST_SIDE) {
            return Optional.of(new Picture(
                    ColorMode.GREY,
                    wanted.orElse(Layout.NCHW),
                    size(sizes[1], sizes[2]),
                    "two sizes behind the batch's: a grey picture without channel"));
        }
        return Optional.empty();
    }

    private static Picture of(long channels, Layout layout, long height, long width, int position) {
        ColorMode color = channels == 1 ? ColorMode.GREY : ColorMode.RGB;
        return new Picture(
                color,
                layout,
                size(height, width),
                "size %d in %s place is the number of channels".formatted(channels, position == 2 ? "second" : "last"));
    }

    private static boolean isChannels(long size) {
        return size == 1 || size == 3;
    }

    private static Optional<ImageSize> size(long height, long width) {
        boolean known = height > 1 && width > 1 && height <= ImageSize.LONGEST_SIDE && width <= ImageSize.LONGEST_SIDE;
        return known ? Optional.of(new ImageSize((int) height, (int) width)) : Optional.empty();
    }
}
