package io.tiergate.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LensDustTest {
    /** The grey that a haze leaves as it is, so that only the spots show. */
    private static final double HAZE_GREY = 0.42;

    @Test
    void spotsLieAtTheSamePlacesInEveryPicture() {
        GreyImage picture = throughLens(1, HAZE_GREY);

        assertThat(picture).isEqualTo(throughLens(1, HAZE_GREY));
        assertThat(darkPixels(picture)).isBetween(200, 1400);
    }

    @Test
    void moreDustCoversMore() {
        assertThat(darkPixels(throughLens(0, HAZE_GREY))).isZero();
        assertThat(darkPixels(throughLens(0.5, HAZE_GREY)))
                .isPositive()
                .isLessThan(darkPixels(throughLens(1, HAZE_GREY)));
    }

    @Test
    void hazeBrightensWhatIsDark() {
        assertThat(throughLens(1, 0.1).at(0, 0))
                .isGreaterThan(throughLens(0, 0.1).at(0, 0));
    }

    private static GreyImage throughLens(double dust, double grey) {
        Canvas canvas = new Canvas();
        canvas.paint((x, y, old) -> grey);
        new LensDust(dust).draw(canvas);
        return canvas.toImage();
    }

    private static int darkPixels(GreyImage image) {
        int grey = (int) Math.round(HAZE_GREY * 255);
        byte[] pixels = image.pixels();
        int[] levels = new int[pixels.length];
        Arrays.setAll(levels, i -> Byte.toUnsignedInt(pixels[i]));
        return (int) Arrays.stream(levels).filter(level -> level < grey - 1).count();
    }
}
