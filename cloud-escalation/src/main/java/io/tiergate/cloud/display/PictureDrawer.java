package io.tiergate.cloud.display;

import com.google.protobuf.ByteString;
import io.tiergate.model.Display.Image;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Range;
import io.tiergate.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws pictures of 1 or 3 channels. Large ones are scaled down by a whole factor, each pixel being the mean of the square that it
 * stands for. Memory is taken for what is drawn, never for what is read.
 */
final class PictureDrawer {
    /** In pixels. */
    static final int LONGEST_SIDE = 1024;

    private final Tensor tensor;
    private final Axes axes;
    private final Range range;
    private final int height;
    private final int width;
    private final int channels;
    private final int factor;

    private PictureDrawer(Tensor tensor, Axes axes, Range range) {
        this.tensor = tensor;
        this.axes = axes;
        this.range = range;
        this.height = axes.size('H');
        this.width = axes.size('W');
        this.channels = axes.size('C');
        this.factor = Math.ceilDiv(Math.max(height, width), LONGEST_SIDE);
    }

    static SampleView.Picture draw(Tensor tensor, Image image, List<String> guesses) throws UndrawableException {
        List<String> notes = new ArrayList<>(guesses);
        String layout = image.layout().isPresent()
                ? image.layout().get().name()
                : guessed(Guess.pictureLayout(tensor.shape()), notes).name();
        Axes axes = Axes.of(layout, tensor.shape());
        int channels = axes.size('C');
        if (channels != 1 && channels != 3) {
            throw new UndrawableException(
                    "%d channels in layout %s (expected: 1, grey, or 3, colours)".formatted(channels, layout));
        }
        Range range = Ranges.ofPicture(tensor, Extent.of(tensor), image.range(), notes);
        return new PictureDrawer(tensor, axes, range).draw(notes);
    }

    private static ImageLayout guessed(ImageLayout layout, List<String> notes) {
        notes.add("The layout, %s, is guessed from the shape.".formatted(layout));
        return layout;
    }

    private SampleView.Picture draw(List<String> notes) {
        BufferedImage picture = new BufferedImage(
                Math.ceilDiv(width, factor),
                Math.ceilDiv(height, factor),
                channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        double[] sums = new double[picture.getWidth() * channels];
        int[] pixels = new int[sums.length];
        for (int y = 0; y < picture.getHeight(); y++) {
            int rows = Math.min(factor, height - y * factor);
            sum(y * factor, rows, sums);
            for (int x = 0; x < picture.getWidth(); x++) {
                int count = rows * Math.min(factor, width - x * factor);
                for (int c = 0; c < channels; c++) {
                    pixels[x * channels + c] = brightness(sums[x * channels + c] / count);
                }
            }
            // Written as they are: setRGB would convert grey through a colour space, and change it.
            picture.getRaster().setPixels(0, y, picture.getWidth(), 1, pixels);
        }
        if (factor > 1) {
            notes.add("Drawn at 1/%d of its size, %d by %d pixels.".formatted(factor, width, height));
        }
        return new SampleView.Picture(picture.getWidth(), picture.getHeight(), width, height, png(picture), notes);
    }

    private void sum(int firstRow, int rows, double[] sums) {
        Arrays.fill(sums, 0);
        int across = axes.stride('W');
        int down = axes.stride('H');
        int deep = axes.stride('C');
        for (int y = firstRow; y < firstRow + rows; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * down + x * across;
                int into = x / factor * channels;
                for (int c = 0; c < channels; c++) {
                    sums[into + c] += tensor.numberAt(at + c * deep);
                }
            }
        }
    }

    /** 0 to 255. */
    private int brightness(double number) {
        double share = (number - range.low()) / (range.high() - range.low());
        return (int) Math.round(255 * Math.clamp(share, 0.0, 1.0));
    }

    private static ByteString png(BufferedImage picture) {
        ByteString.Output bytes = ByteString.newOutput();
        // ImageIO's own choice of a stream may be a temporary file.
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(picture, "png", stream)) {
                throw new IllegalStateException("this Java runtime cannot write PNG (expected: one with java.desktop)");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return bytes.toByteString();
    }
}
