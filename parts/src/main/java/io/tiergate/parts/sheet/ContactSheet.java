package io.tiergate.parts.sheet;

import io.tiergate.parts.GreyImage;
import java.awt.Color;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Lays out pictures with captions in rows and writes them as a PNG file. */
public final class ContactSheet {
    /** Pictures smaller than this are enlarged by a whole factor so far that they just do not exceed it. */
    private static final int PICTURE_PIXELS = 240;

    private static final int FRAME_PIXELS = 4;
    private static final int GAP_PIXELS = 16;
    private static final int CAPTION_SCALE = 2;
    private static final int TITLE_SCALE = 3;
    private static final int LINE_PIXELS = (Letters.HEIGHT_DOTS + 1) * CAPTION_SCALE;
    private static final int TITLE_PIXELS = (Letters.HEIGHT_DOTS + 5) * TITLE_SCALE;

    private static final Color PAPER = new Color(0xF6F6F4);
    private static final Color INK = new Color(0x16181B);
    private static final Color PALE_INK = new Color(0x585E66);

    private final String title;
    private final List<Tile> tiles;
    private final int columns;

    /**
     * @param title one line over all pictures; empty for none
     * @param tiles at least one
     * @param columns most pictures in a row; 1 or more
     */
    public ContactSheet(String title, List<Tile> tiles, int columns) {
        if (tiles.isEmpty()) {
            throw new IllegalArgumentException("tiles: none (expected: at least one)");
        }
        if (columns < 1) {
            throw new IllegalArgumentException("columns: " + columns + " (expected: 1 or more)");
        }
        this.title = title;
        this.tiles = List.copyOf(tiles);
        this.columns = Math.min(columns, tiles.size());
    }

    /**
     * Writes the sheet, replacing a file that is there.
     *
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        Paper paper = draw();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            paper.write(out);
        }
    }

    private Paper draw() {
        Grid grid = grid();
        int rows = (tiles.size() + columns - 1) / columns;
        int top = GAP_PIXELS + (title.isEmpty() ? 0 : TITLE_PIXELS);
        Paper paper = new Paper(
                GAP_PIXELS + columns * (grid.width + GAP_PIXELS), top + rows * (grid.height + GAP_PIXELS), PAPER);
        String heading = Letters.fitting(title, TITLE_SCALE, paper.width() - 2 * GAP_PIXELS);
        Letters.draw(paper, heading, GAP_PIXELS, GAP_PIXELS, TITLE_SCALE, INK);
        for (int i = 0; i < tiles.size(); i++) {
            int x = GAP_PIXELS + i % columns * (grid.width + GAP_PIXELS);
            int y = top + i / columns * (grid.height + GAP_PIXELS);
            draw(paper, tiles.get(i), x, y, grid.width);
        }
        return paper;
    }

    private record Grid(int width, int height) {}

    /** The room for one tile: as much as the largest needs. */
    private Grid grid() {
        int width = 0;
        int height = 0;
        for (Tile tile : tiles) {
            int factor = factor(tile.image());
            width = Math.max(width, tile.image().width() * factor + 2 * FRAME_PIXELS);
            int captionPixels = tile.captions().size() * LINE_PIXELS + CAPTION_SCALE * 2;
            height = Math.max(height, tile.image().height() * factor + 2 * FRAME_PIXELS + captionPixels);
        }
        return new Grid(width, height);
    }

    private static int factor(GreyImage image) {
        return Math.max(1, PICTURE_PIXELS / Math.max(image.width(), image.height()));
    }

    private static void draw(Paper paper, Tile tile, int x, int y, int width) {
        GreyImage image = tile.image();
        int factor = factor(image);
        int frameHeight = image.height() * factor + 2 * FRAME_PIXELS;
        paper.fill(x, y, image.width() * factor + 2 * FRAME_PIXELS, frameHeight, tile.frame());
        // Enlarged pixel by pixel: smoothing would show a model's user what the model never saw.
        for (int row = 0; row < image.height(); row++) {
            for (int column = 0; column < image.width(); column++) {
                int level = image.at(column, row);
                int left = x + FRAME_PIXELS + column * factor;
                int top = y + FRAME_PIXELS + row * factor;
                paper.fill(left, top, factor, factor, new Color(level, level, level));
            }
        }
        int line = y + frameHeight + CAPTION_SCALE * 2;
        for (int i = 0; i < tile.captions().size(); i++) {
            String caption = Letters.fitting(tile.captions().get(i), CAPTION_SCALE, width);
            Letters.draw(paper, caption, x, line + i * LINE_PIXELS, CAPTION_SCALE, i == 0 ? INK : PALE_INK);
        }
    }
}
