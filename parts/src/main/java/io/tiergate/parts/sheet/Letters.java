package io.tiergate.parts.sheet;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A typeface of dots, five wide and nine high, of which two lie below the line. Brought along because a bare server has no
 * fonts, and Java's own text drawing fails without them.
 */
final class Letters {
    /** From one letter to the next, in dots. */
    static final int ADVANCE_DOTS = 6;
    /** From the top of a capital to the bottom of a tail, in dots. */
    static final int HEIGHT_DOTS = 9;

    private static final int WIDTH_DOTS = 5;
    private static final int CAPITAL_DOTS = 7;
    private static final String RESOURCE = "letters.txt";
    private static final String CUT = "..";

    private static final Map<Integer, boolean[][]> GLYPHS = read();
    private static final boolean[][] BOX = box();

    private Letters() {}

    /** Whether the typeface has a character of its own for it. */
    static boolean knows(int character) {
        return GLYPHS.containsKey(character);
    }

    /** Width of a text in pixels when each dot is {@code scale} pixels wide. */
    static int width(String text, int scale) {
        return text.codePointCount(0, text.length()) * ADVANCE_DOTS * scale;
    }

    /** The text, or as much of its beginning as fits into a width, with two dots to show that something is missing. */
    static String fitting(String text, int scale, int widthPixels) {
        if (width(text, scale) <= widthPixels) {
            return text;
        }
        int kept = Math.max(0, widthPixels / (ADVANCE_DOTS * scale) - CUT.length());
        return text.substring(0, text.offsetByCodePoints(0, kept)) + CUT;
    }

    /**
     * Draws a text; a character that the typeface lacks becomes an empty box.
     *
     * @param x left edge, and {@code y} top edge of capitals
     */
    static void draw(Paper paper, String text, int x, int y, int scale, Color ink) {
        int left = x;
        for (int character : text.codePoints().toArray()) {
            if (character != ' ') {
                draw(paper, GLYPHS.getOrDefault(character, BOX), left, y, scale, ink);
            }
            left += ADVANCE_DOTS * scale;
        }
    }

    private static void draw(Paper paper, boolean[][] glyph, int x, int y, int scale, Color ink) {
        for (int row = 0; row < HEIGHT_DOTS; row++) {
            for (int column = 0; column < WIDTH_DOTS; column++) {
                if (glyph[row][column]) {
                    paper.fill(x + column * scale, y + row * scale, scale, scale, ink);
                }
            }
        }
    }

    private static boolean[][] box() {
        boolean[][] glyph = new boolean[HEIGHT_DOTS][WIDTH_DOTS];
        for (int row = 0; row < CAPITAL_DOTS; row++) {
            for (int column = 0; column < WIDTH_DOTS; column++) {
                glyph[row][column] = row % (CAPITAL_DOTS - 1) == 0 || column % (WIDTH_DOTS - 1) == 0;
            }
        }
        return glyph;
    }

    /** Blocks of ten lines: the characters, then their dots row by row beneath them; an empty line between blocks. */
    private static Map<Integer, boolean[][]> read() {
        List<String> lines = lines();
        Map<Integer, boolean[][]> glyphs = new HashMap<>();
        for (int block = 0; block + HEIGHT_DOTS < lines.size(); block += HEIGHT_DOTS + 2) {
            String characters = lines.get(block);
            for (int left = 0; left < characters.length(); left += ADVANCE_DOTS) {
                boolean[][] glyph = new boolean[HEIGHT_DOTS][WIDTH_DOTS];
                for (int row = 0; row < HEIGHT_DOTS; row++) {
                    for (int column = 0; column < WIDTH_DOTS; column++) {
                        glyph[row][column] = lines.get(block + 1 + row).charAt(left + column) == '#';
                    }
                }
                glyphs.put(characters.codePointAt(left), glyph);
            }
        }
        return Map.copyOf(glyphs);
    }

    private static List<String> lines() {
        try (InputStream in = Letters.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar (expected: beside Letters.class)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
