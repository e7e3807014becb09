package io.tiergate.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG. The size is read from the header and checked before any pixel is decoded. Transparency is dropped, 16-bit
 * samples keep their upper 8 bits, and a rotation noted in a camera's metadata is not applied.
 */
final class ImageDecoder {
    private final ImageLimits limits;

    ImageDecoder(ImageLimits limits) {
        this.limits = limits;
    }

    /** @throws InvalidImageException if the bytes are no PNG or JPEG picture within the limits */
    Pixels decode(byte[] encoded, ColorMode mode) {
        if (encoded.length > limits.encodedBytes()) {
            throw new InvalidImageException("image of %d bytes (expected: at most %d); send a smaller one"
                    .formatted(encoded.length, limits.encodedBytes()));
        }
        ImageReader reader = reader(format(encoded));
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            // Comments and profiles are not looked at: they are of no use here, and a way in for hostile data.
            reader.setInput(in, true, true);
            checkSize(reader.getWidth(0), reader.getHeight(0));
            List<String> warnings = new ArrayList<>();
            reader.addIIOReadWarningListener((unused, warning) -> warnings.add(warning));
            BufferedImage image = reader.read(0);
            checkComplete(warnings);
            return pixels(image, mode);
        } catch (IOException e) {
            throw undecodable(e);
        } catch (InvalidImageException e) {
            throw e;
        } catch (RuntimeException e) {
            // The JDK's readers meet damaged headers with whatever their arithmetic throws.
            throw undecodable(e);
        } finally {
            reader.dispose();
        }
    }

    private static String format(byte[] encoded) {
        if (startsWith(encoded, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return "png";
        }
        if (startsWith(encoded, 0xff, 0xd8, 0xff)) {
            return "jpeg";
        }
        throw new InvalidImageException("image is neither PNG nor JPEG, by its first bytes; convert it to one of them");
    }

    private static boolean startsWith(byte[] bytes, int... signature) {
        for (int i = 0; i < signature.length; i++) {
            if (i >= bytes.length || Byte.toUnsignedInt(bytes[i]) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static ImageReader reader(String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        if (!readers.hasNext()) {
            throw new IllegalStateException("this Java runtime has no reader of " + format + ": module java.desktop");
        }
        return readers.next();
    }

    private void checkSize(int width, int height) {
        if ((long) width * height > limits.pixels()) {
            throw new InvalidImageException("image of %d by %d pixels (expected: at most %d in all); send a smaller one"
                    .formatted(height, width, limits.pixels()));
        }
    }

    /** The JPEG reader fills what is missing with grey and only warns: a model would answer for a picture that nobody sent. */
    private static void checkComplete(List<String> warnings) {
        for (String warning : warnings) {
            String words = warning.toLowerCase(Locale.ROOT);
            if (words.contains("premature") || words.contains("corrupt")) {
                throw new InvalidImageException(
                        "image is damaged or breaks off (%s); send it whole".formatted(warning.strip()));
            }
        }
    }

    private static Pixels pixels(BufferedImage image, ColorMode mode) {
        int height = image.getHeight();
        int width = image.getWidth();
        boolean grey = image.getRaster().getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
        List<float[]> channels = grey ? greyChannels(image, mode) : colorChannels(image, mode);
        return new Pixels(height, width, channels);
    }

    /** From the samples themselves: BufferedImage.getRGB takes grey for linear light and would brighten it. */
    private static List<float[]> greyChannels(BufferedImage image, ColorMode mode) {
        Raster raster = image.getRaster();
        int bits = image.getSampleModel().getSampleSize(0);
        float toByte = 255f / ((1 << bits) - 1);
        float[] grey = raster.getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (float[]) null);
        for (int i = 0; i < grey.length; i++) {
            grey[i] = bits == 8 ? grey[i] : bits > 8 ? (int) grey[i] >> (bits - 8) : grey[i] * toByte;
        }
        return mode == ColorMode.GREY ? List.of(grey) : List.of(grey, grey, grey);
    }

    private static List<float[]> colorChannels(BufferedImage image, ColorMode mode) {
        int width = image.getWidth();
        int size = width * image.getHeight();
        float[] red = new float[size];
        float[] green = mode == ColorMode.GREY ? red : new float[size];
        float[] blue = mode == ColorMode.GREY ? red : new float[size];
        int[] row = new int[width];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                int r = row[x] >> 16 & 0xff;
                int g = row[x] >> 8 & 0xff;
                int b = row[x] & 0xff;
                if (mode == ColorMode.GREY) {
                    red[at] = Math.round((299 * r + 587 * g + 114 * b) / 1000f);
                } else {
                    red[at] = r;
                    green[at] = g;
                    blue[at] = b;
                }
            }
        }
        return mode == ColorMode.GREY ? List.of(red) : List.of(red, green, blue);
    }

    private static InvalidImageException undecodable(Exception e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("damaged");
        return new InvalidImageException(
                "image cannot be decoded (%s); save it again as PNG or as RGB or grey JPEG".formatted(reason));
    }
}
