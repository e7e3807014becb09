package io.tiergate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BilinearResizeTest {
    @Test
    void theSameSizeChangesNothing() {
        assertThat(row(4, 9, 0, 255, 3)).containsExactly(9, 0, 255, 3);
    }

    @Test
    void growingInterpolatesBetweenPixelCentres() {
        // Centres of the four at 0.25, 0.75, 1.25, 1.75 of the two, whose own are 0.5 and 1.5.
        assertThat(row(4, 0, 100)).containsExactly(0, 25, 75, 100);
    }

    @Test
    void shrinkingCountsEveryPixel() {
        // Each target pixel reaches 2 source pixels to both sides of its centre, with weights 1/4, 3/4, 3/4, 1/4.
        assertThat(row(2, 0, 0, 80, 80)).containsExactly((float) (80 * 0.25 / 1.75), (float) (80 * 1.5 / 1.75));
    }

    @Test
    void rowsAndColumnsAreResizedAlike() {
        Pixels column = BilinearResize.to(new ImageSize(4, 1), new Pixels(2, 1, List.of(new float[] {0, 100})));

        assertThat(column.height()).isEqualTo(4);
        assertThat(column.channels().get(0)).containsExactly(0, 25, 75, 100);
    }

    @Property(tries = 200)
    void aPlainPictureStaysPlain(
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int toHeight,
            @ForAll @IntRange(min = 1, max = 40) int toWidth) {
        float[] plain = new float[height * width];
        java.util.Arrays.fill(plain, 77);

        Pixels resized = BilinearResize.to(new ImageSize(toHeight, toWidth), new Pixels(height, width, List.of(plain)));

        assertThat(resized.channels().get(0)).hasSize(toHeight * toWidth).satisfies(values -> {
            for (float value : values) {
                assertThat(value).isCloseTo(77, within(1e-3f));
            }
        });
    }

    @Property(tries = 200)
    void aPictureOnItsSideGivesTheSameOnItsSide(
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 40) int toHeight,
            @ForAll @IntRange(min = 1, max = 40) int toWidth,
            @ForAll Random random) {
        float[] values = new float[height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256);
        }
        Pixels upright = new Pixels(height, width, List.of(values));

        float[] resized = BilinearResize.to(new ImageSize(toHeight, toWidth), upright)
                .channels()
                .get(0);
        Pixels turned = BilinearResize.to(new ImageSize(toWidth, toHeight), onItsSide(upright));

        assertThat(onItsSide(turned).channels().get(0)).containsExactly(resized, within(1e-3f));
    }

    @Test
    void aThreadOfPixelsIsShortenedBeforeItIsWidened() {
        Pixels thread = new Pixels(3_000_000, 1, List.of(new float[3_000_000]));

        assertThat(BilinearResize.to(new ImageSize(1_000, 1_000), thread)
                        .channels()
                        .get(0))
                .hasSize(1_000_000);
    }

    private static Pixels onItsSide(Pixels pixels) {
        float[] values = pixels.channels().get(0);
        float[] turned = new float[values.length];
        for (int row = 0; row < pixels.height(); row++) {
            for (int column = 0; column < pixels.width(); column++) {
                turned[column * pixels.height() + row] = values[row * pixels.width() + column];
            }
        }
        return new Pixels(/* height= */ pixels.width(), /* width= */ pixels.height(), List.of(turned));
    }

    private static float[] row(int width, float... values) {
        return BilinearResize.to(new ImageSize(1, width), new Pixels(1, values.length, List.of(values)))
                .channels()
                .get(0);
    }
}
