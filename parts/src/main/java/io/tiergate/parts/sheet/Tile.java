package io.tiergate.parts.sheet;

import io.tiergate.parts.GreyImage;
import java.awt.Color;
import java.util.List;
import java.util.Objects;

/**
 * One picture of a contact sheet.
 *
 * @param captions lines to stand below the picture, cut off where they are too long for it
 * @param frame colour of the picture's frame
 */
public record Tile(GreyImage image, List<String> captions, Color frame) {
    public Tile {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(frame, "frame");
        captions = List.copyOf(captions);
    }

    /**
     * For pictures that do not come from the generator.
     *
     * @param pixels row by row, one unsigned byte each
     */
    public static Tile of(byte[] pixels, int width, int height, List<String> captions, Color frame) {
        return new Tile(new GreyImage(width, height, pixels), captions, frame);
    }
}
