package io.tiergate.model;

import java.util.List;
import java.util.Optional;

/**
 * How a person sees a sample in the review page: the section {@code display} of {@code model.yaml}.
 *
 * @param input the input that is shown; empty: the first that the manifest names
 */
public record Display(Optional<String> input, Form form) {

    /** What is drawn of the input's numbers. */
    public sealed interface Form {}

    /**
     * A grey or coloured picture.
     *
     * @param layout empty: guessed from the sample's shape
     * @param range what is black and what is white, over all channels; empty: guessed from the sample's numbers
     */
    public record Image(Optional<ImageLayout> layout, Optional<Range> range) implements Form {}

    /**
     * A plot with a line for each channel, for instance of a time series.
     *
     * @param layout empty: guessed from the sample's shape
     * @param range the lower and the upper edge; empty: the sample's own lowest and highest number
     */
    public record Series(Optional<SeriesLayout> layout, Optional<Range> range) implements Form {}

    /**
     * Names and numbers.
     *
     * @param features the numbers' names, all different, in their order; empty: they have none
     */
    public record Table(List<String> features) implements Form {
        public Table {
            features = List.copyOf(features);
        }
    }

    /**
     * Two finite numbers.
     *
     * @param high above {@code low}
     */
    public record Range(double low, double high) {
        public Range {
            // Their difference divides what is drawn.
            if (!(low < high && Double.isFinite(high - low))) {
                throw new IllegalArgumentException(
                        "[%s, %s] (expected: [low, high], two finite numbers, the lower one first)"
                                .formatted(low, high));
            }
        }
    }

    /** The order of a picture's numbers: its letters are the dimensions, outermost first. N is the batch, of size 1. */
    public enum ImageLayout {
        NCHW,
        NHWC,
        NHW,
        CHW,
        HWC,
        HW
    }

    /** The order of a series' numbers: its letters are the dimensions, outermost first; L is the length. N is the batch, of size 1. */
    public enum SeriesLayout {
        NCL,
        NLC,
        NL,
        CL,
        LC,
        L
    }
}
