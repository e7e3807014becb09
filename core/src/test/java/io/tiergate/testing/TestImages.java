package io.tiergate.testing;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Encoded pictures whose pixels are known. */
public final class TestImages {
    private TestImages() {}

    /** @param samples 0 to 255, row by row */
    public static byte[] grey(String format, int width, int... samples) {
        return raster(format, BufferedImage.TYPE_BYTE_GRAY, width, samples);
    }

    public static byte[] grey16(int width, int... samples) {
        return raster("png", BufferedImage.TYPE_USHORT_GRAY, width, samples);
    }

    private static byte[] raster(String format, int type, int width, int... samples) {
        BufferedImage image = new BufferedImage(width, samples.length / width, type);
        WritableRaster raster = image.getRaster();
        raster.setSamples(0, 0, width, samples.length / width, 0, samples);
        return encode(format, image);
    }

    /** @param pixels 0xRRGGBB, or 0xAARRGGBB for the type with alpha */
    public static byte[] color(int type, int width, int... pixels) {
        BufferedImage image = new BufferedImage(width, pixels.length / width, type);
        image.setRGB(0, 0, width, pixels.length / width, pixels, 0, width);
        return encode("png", image);
    }

    private static byte[] encode(String format, BufferedImage image) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalStateException("no writer of " + format);
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
