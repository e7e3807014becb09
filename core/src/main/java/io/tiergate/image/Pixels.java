package io.tiergate.image;

import java.util.List;

/**
 * A decoded picture.
 *
 * @param channels one or three planes, each row by row, values 0 to 255
 */
record Pixels(int height, int width, List<float[]> channels) {
    Pixels {
        channels = List.copyOf(channels);
        for (float[] channel : channels) {
            if (channel.length != height * width) {
                throw new IllegalArgumentException("channel of %d values (expected: %d for %d by %d)"
                        .formatted(channel.length, height * width, height, width));
            }
        }
    }
}
