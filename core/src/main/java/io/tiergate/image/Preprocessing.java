package io.tiergate.image;

import java.util.List;
import java.util.Optional;

/**
 * How a picture becomes a model's input: decoded, resized, and each channel's byte turned into
 * {@code (byte * scale - mean) / deviation}.
 *
 * @param resize absent: to the size in the model's own signature
 * @param numbers absent: byte / 255 for a floating-point input, and the byte itself for UINT8
 */
public record Preprocessing(ColorMode image, Layout layout, Optional<ImageSize> resize, Optional<Numbers> numbers) {
    /** What brings a byte into 0 to 1. */
    public static final double UNIT_SCALE = 1 / 255.0;

    public Preprocessing {
        numbers.ifPresent(given -> {
            checkChannels("mean", given.mean(), image);
            checkChannels("std", given.deviation(), image);
        });
    }

    private static void checkChannels(String key, List<Double> values, ColorMode image) {
        if (values.size() != image.channels()) {
            throw new IllegalArgumentException("preprocess.%s: %d numbers (expected: %d, one a channel of image: %s)"
                    .formatted(key, values.size(), image.channels(), image.word()));
        }
    }

    /**
     * The line from a byte to a number.
     *
     * @param scale not 0
     * @param mean one a channel, taken away after scaling
     * @param deviation one a channel, above 0; what is left is divided by it
     */
    public record Numbers(double scale, List<Double> mean, List<Double> deviation) {
        public Numbers {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
            if (!Double.isFinite(scale) || scale == 0) {
                throw new IllegalArgumentException("preprocess.scale: " + scale
                        + " (expected: a number other than 0; 0.00392156862745098 brings bytes into 0 to 1)");
            }
            for (double value : mean) {
                if (!Double.isFinite(value)) {
                    throw new IllegalArgumentException("preprocess.mean: " + value + " (expected: a finite number)");
                }
            }
            for (double value : deviation) {
                if (!(value > 0 && Double.isFinite(value))) {
                    throw new IllegalArgumentException("preprocess.std: " + value
                            + " (expected: a number above 0; pixels are divided by it, 1.0 changes nothing)");
                }
            }
        }

        double of(double value, int channel) {
            return (value * scale - mean.get(channel)) / deviation.get(channel);
        }
    }
}
