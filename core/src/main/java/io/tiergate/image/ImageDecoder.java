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
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG. The size is read from the header and checked before any pixel is decoded. Transparency is dropped, 16-bit
 * samples keep their upper 8 bits, and a rotation noted in a camera's metadata is not applied.
 *
 * <p>Safe for use by several threads, which share its room for pixels: who finds too little of it left waits.
 */
public final class ImageDecoder {
    /** Measured: 36 for a colour picture that is one pixel wide, 20 and less for usual shapes; and some to spare. */
    private static final int WORKING_BYTES_PER_PIXEL = 40;

    private final ImageLimits limits;
    private final Semaphore room;

    /** @param roomPixels most pixels in work at once, at least as many as one picture may have */
    ImageDecoder(ImageLimits limits, int roomPixels) {
        this.limits = limits;
        this.room = new Semaphore(roomPixels, true);
    }

    /**
     * A decoder that keeps to a memory: a file of a few kilobytes can hold a picture that takes hundreds of megabytes.
     *
     * @param memoryBytes what all pictures in work may take together; where that is too little for the most pixels of
     *     {@link ImageLimits#DEFAULT}, larger pictures are refused
     */
    public static ImageDecoder within(long memoryBytes) {
        int room = Math.clamp(memoryBytes / WORKING_BYTES_PER_PIXEL, 1, Integer.MAX_VALUE);
        long pixels = Math.min(room, ImageLimits.DEFAULT.pixels());
        return new ImageDecoder(new ImageLimits(ImageLimits.DEFAULT.encodedBytes(), pixels), room);
    }

    /**
     * Decodes a file only to see whether that can be done. Blocks for as long as decoding takes.
     *
     * @throws InvalidImageException if the bytes are no PNG or JPEG picture within the limits
     */
    public void check(byte[] encoded) {
        decode(encoded, ColorMode.GREY, Pixels::height);
    }

    /**
     * Decodes a picture and makes something of its pixels, which count as in work until then.
     *
     * @throws InvalidImageException if the bytes are no PNG or JPEG picture within the limits
     */
    <T> T decode(byte[] encoded, ColorMode mode, Function<Pixels, T> use) {
        if (encoded.length > limits.encodedBytes()) {
            throw new InvalidImageException("image of %d bytes (expected: at most %d); send a smaller one"
                    .formatted(encoded.length, limits.encodedBytes()));
        }
        ImageReader reader = reader(format(encoded));
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            // Comments and profiles are not looked at: they are of no use here, and a way in for hostile data.
            reader.setInput(in, true, true);
            int area = reading(() -> checkedArea(reader.getWidth(0), reader.getHeight(0)));
            room.acquireUninterruptibly(area);
            try {
                return use.apply(reading(() -> pixels(reader, mode)));
            } finally {
                room.release(area);
            }
        } catch (IOException e) {
            throw undecodable(e);
        } finally {
            reader.dispose();
        }
    }

    private static <T> T reading(Callable<T> step) {
        try {
            return step.call();
        } catch (InvalidImageException e) {
            throw e;
        } catch (Exception e) {
            // The JDK's readers meet damaged headers with whatever their arithmetic throws.
            throw undecodable(e);
        }
    }

    private static Pixels pixels(ImageReader reader, ColorMode mode) throws IOException {
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((unused, warning) -> warnings.add(warning));
        BufferedImage image = reader.read(0);
        checkComplete(warnings);
        return pixels(image, mode);
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

    private int checkedArea(int width, int height) {
        if ((long) width * height > limits.pixels()) {
            throw new InvalidImageException("image of %d by %d pixels (expected: at most %d in all); send a smaller one"
                    .formatted(height, width, limits.pixels()));
        }
        return width * height;
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
