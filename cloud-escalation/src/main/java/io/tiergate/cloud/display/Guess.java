package io.tiergate.cloud.display;

import io.tiergate.model.Display.Form;
import io.tiergate.model.Display.Image;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Series;
import io.tiergate.model.Display.SeriesLayout;
import io.tiergate.model.Display.Table;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/** What a sample most likely is, told from its shape. */
final class Guess {
    /** What a person still reads rather than looks at. */
    private static final int LONGEST_TABLE = 64;
    /** Pictures are hardly smaller or longer; tables of measurements are. */
    private static final int SHORTEST_SIDE = 16;

    private static final int MOST_ELONGATED = 8;

    private Guess() {}

    static Form form(Tensor tensor) throws UndrawableException {
        Shape shape = Axes.withoutBatch(tensor.shape());
        if (tensor.type() == DataType.BYTES || (shape.rank() <= 1 && ElementText.count(tensor) <= LONGEST_TABLE)) {
            return new Table(List.of());
        }
        if (shape.rank() == 1 || (shape.rank() == 2 && !looksLikePicture(shape.size(0), shape.size(1)))) {
            return new Series(Optional.empty(), Optional.empty());
        }
        return new Image(Optional.empty(), Optional.empty());
    }

    static ImageLayout pictureLayout(Shape whole) throws UndrawableException {
        Shape shape = Axes.withoutBatch(whole);
        if (shape.rank() == 2) {
            return ImageLayout.HW;
        }
        if (shape.rank() == 3 && isColour(shape.size(0))) {
            return ImageLayout.CHW;
        }
        if (shape.rank() == 3 && isColour(shape.size(2))) {
            return ImageLayout.HWC;
        }
        throw new UndrawableException(
                "shape %s is that of no picture with 1 or 3 channels, and of nothing else that is known"
                        .formatted(ElementText.of(whole)));
    }

    static SeriesLayout seriesLayout(Shape whole) throws UndrawableException {
        Shape shape = Axes.withoutBatch(whole);
        return switch (shape.rank()) {
            case 1 -> SeriesLayout.L;
            // A series is longer than it has channels.
            case 2 -> shape.size(0) <= shape.size(1) ? SeriesLayout.CL : SeriesLayout.LC;
            default ->
                throw new UndrawableException(
                        "shape %s is that of no series (expected: channels and length, or length alone)"
                                .formatted(ElementText.of(whole)));
        };
    }

    private static boolean looksLikePicture(long height, long width) {
        long shorter = Math.min(height, width);
        return shorter >= SHORTEST_SIDE && Math.max(height, width) / shorter < MOST_ELONGATED;
    }

    private static boolean isColour(long channels) {
        return channels == 1 || channels == 3;
    }
}
