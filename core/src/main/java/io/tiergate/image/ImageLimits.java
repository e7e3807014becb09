package io.tiergate.image;

/**
 * What a picture may cost: a few bytes can claim to be a picture of any size.
 *
 * @param encodedBytes the most bytes of a PNG or JPEG file
 * @param pixels the most pixels, as its header says
 */
public record ImageLimits(int encodedBytes, long pixels) {
    /** 32 MiB and 24 million pixels. */
    public static final ImageLimits DEFAULT = new ImageLimits(32 << 20, 24_000_000);

    public ImageLimits {
        if (encodedBytes < 1 || pixels < 1) {
            throw new IllegalArgumentException(
                    "limits of %d bytes and %d pixels (expected: 1 or more each)".formatted(encodedBytes, pixels));
        }
    }
}
