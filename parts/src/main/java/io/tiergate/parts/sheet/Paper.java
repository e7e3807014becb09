package io.tiergate.parts.sheet;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** What a sheet is drawn on. Sets pixels itself: Java's own drawing looks for a screen first and fails where one is announced but gone. */
final class Paper {
    private final BufferedImage image;

    Paper(int width, int height, Color ground) {
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        fill(0, 0, width, height, ground);
    }

    int width() {
        return image.getWidth();
    }

    /** Colours a rectangle, as far as it lies on the paper. */
    void fill(int left, int top, int width, int height, Color color) {
        int rgb = color.getRGB();
        for (int y = Math.max(0, top); y < Math.min(image.getHeight(), top + height); y++) {
            for (int x = Math.max(0, left); x < Math.min(image.getWidth(), left + width); x++) {
                image.setRGB(x, y, rgb);
            }
        }
    }

    void write(OutputStream out) throws IOException {
        // The default would buffer in a file in the temporary folder, which a service's host need not have.
        try (ImageOutputStream buffered = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(image, "png", buffered)) {
                throw new IOException("this Java installation cannot write PNG files");
            }
        }
    }
}
