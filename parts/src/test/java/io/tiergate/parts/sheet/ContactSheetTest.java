package io.tiergate.parts.sheet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {
    private static final Color FRAME = new Color(0x2E8B57);
    private static final int PAPER = 0xFFF6F6F4;
    /** Left edge of the first tile's frame, and the top edge too when there is no title. */
    private static final int GAP = 16;
    /** A picture of two by two pixels, 120 times enlarged, in a frame of 4 on each side. */
    private static final int TILE = 248;

    @TempDir
    private Path folder;

    @Test
    void pixelsKeepTheirBrightnessAndTheFrameItsColour() throws IOException {
        BufferedImage sheet = written(sheet("", 1, 6, List.of()));

        assertThat(sheet.getRGB(GAP + 1, GAP + 1)).isEqualTo(FRAME.getRGB());
        assertThat(sheet.getRGB(GAP + 10, GAP + 10)).isEqualTo(0xFF000000);
        assertThat(sheet.getRGB(GAP + TILE - 10, GAP + 10)).isEqualTo(0xFF505050);
        assertThat(sheet.getRGB(GAP + TILE - 10, GAP + TILE - 10)).isEqualTo(0xFFFFFFFF);
    }

    @Test
    void tilesAreLaidOutRowByRow() throws IOException {
        BufferedImage sheet = written(sheet("", 5, 2, List.of()));

        assertThat(sheet.getWidth()).isEqualTo(GAP + 2 * (TILE + GAP));
        assertThat(sheet.getRGB(GAP + 1, GAP + 2 * (TILE + GAP + 4) + 1)).isEqualTo(FRAME.getRGB());
        assertThat(sheet.getRGB(GAP + TILE + GAP + 1, GAP + 2 * (TILE + GAP + 4) + 1))
                .as("the sixth place is empty")
                .isEqualTo(PAPER);
    }

    @Test
    void captionsStandBelowTheirPictureAndDoNotReachTheNext() throws IOException {
        BufferedImage sheet = written(sheet("", 1, 2, List.of("edge: scratch 0.62", "W".repeat(200))));

        assertThat(inkIn(sheet, GAP, GAP + TILE + 4, TILE, 20)).isPositive();
        assertThat(inkIn(sheet, GAP, GAP + TILE + 24, TILE, 20)).isPositive();
        assertThat(inkIn(sheet, GAP + TILE, GAP + TILE, GAP, 48)).isZero();
    }

    @Test
    void differentLettersLookDifferentAndUnknownOnesAreBoxes() throws IOException {
        int one = inkIn(written(sheet("", 1, 1, List.of("I"))), GAP, GAP + TILE, TILE, 30);
        int other = inkIn(written(sheet("", 1, 1, List.of("W"))), GAP, GAP + TILE, TILE, 30);
        int box = inkIn(written(sheet("", 1, 1, List.of("\u4e2d"))), GAP, GAP + TILE, TILE, 30);

        assertThat(one).isPositive().isLessThan(other);
        assertThat(box).isPositive();
    }

    @Test
    void aTitleStandsAboveAllPictures() throws IOException {
        assertThat(inkIn(written(sheet("3,000 parts", 1, 1, List.of())), GAP, GAP, TILE, 27))
                .isPositive();
    }

    @Test
    void allPrintableAsciiCanBeWritten() {
        for (char character = '!'; character <= '~'; character++) {
            assertThat(Letters.knows(character)).as("'%c'", character).isTrue();
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsNamed() {
        assertThatThrownBy(() -> sheet("", 1, 1, List.of()).write(folder.resolve("missing/sheet.png")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("sheet.png");
    }

    @Test
    void anEmptySheetIsRefused() {
        assertThatThrownBy(() -> new ContactSheet("", List.of(), 1)).hasMessage("tiles: none (expected: at least one)");
        assertThatThrownBy(() -> sheet("", 1, 0, List.of())).hasMessage("columns: 0 (expected: 1 or more)");
    }

    private static ContactSheet sheet(String title, int tiles, int columns, List<String> captions) {
        Tile tile = Tile.of(new byte[] {0, 0x50, (byte) 0xA0, (byte) 0xFF}, 2, 2, captions, FRAME);
        return new ContactSheet(title, Collections.nCopies(tiles, tile), columns);
    }

    private BufferedImage written(ContactSheet sheet) throws IOException {
        Path file = folder.resolve("sheet.png");
        sheet.write(file);
        return ImageIO.read(file.toFile());
    }

    private static int inkIn(BufferedImage sheet, int left, int top, int width, int height) {
        int count = 0;
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                count += sheet.getRGB(x, y) == PAPER ? 0 : 1;
            }
        }
        return count;
    }
}
