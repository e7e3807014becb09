package io.tiergate.cli.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What SciPy gives was taken from SciPy 1.17, with {@code c = lambda a: np.clip(np.rint(a), 0, 255).astype(np.uint8)}. */
class DriftTest {
    private static final byte[] IMAGE = bytes(0, 50, 100, 150, 10, 60, 110, 255, 20, 70, 120, 170);
    private static final int ROWS = 3;
    private static final int COLUMNS = 4;

    @Test
    void brightnessAddsAndStopsAtBlackAndWhite() {
        assertThat(line("brightness:50", 0, 100, 205, 206, 255)).containsExactly(50, 150, 255, 255, 255);
        assertThat(line("brightness:-50", 0, 50, 51, 255)).containsExactly(0, 0, 1, 205);
    }

    @Test
    void roundsHalvesToTheEvenNeighbour() {
        assertThat(line("brightness:0.5", 0, 1, 2, 3)).containsExactly(0, 2, 2, 4);
    }

    @Test
    void contrastScalesTheDistanceFromMiddleGrey() {
        assertThat(line("contrast:0.6", 27, 127, 227)).containsExactly(67, 127, 187);
        assertThat(line("contrast:3", 80, 100, 127, 150, 200)).containsExactly(0, 46, 127, 196, 255);
        assertThat(line("contrast:0", 0, 255)).containsExactly(127, 127);
    }

    @Test
    void calculatesInSinglePrecisionAsTheReferenceDoes() {
        // c(127 + (np.array([22, 42], np.float32) - 127) * 1.1); halves in double precision, which would be 11 and 33
        assertThat(line("contrast:1.1", 22, 42)).containsExactly(12, 34);
    }

    @Test
    void noiseHasTheStandardDeviationAndIsTheSameForTheSameRandomState() {
        byte[] grey = new byte[10_000];
        Arrays.fill(grey, (byte) 127);
        byte[] noisy = Drift.parse("noise:20").apply(grey, 100, 100, new Random(1));
        double mean = levels(noisy).average().orElseThrow();
        double variance = levels(noisy)
                        .mapToDouble(level -> (level - mean) * (level - mean))
                        .sum()
                / noisy.length;
        // Five standard errors: 20 / sqrt(10 000) of the mean, 20 / sqrt(20 000) of the deviation.
        assertThat(mean).isCloseTo(127, within(1.0));
        assertThat(Math.sqrt(variance)).isCloseTo(20, within(0.71));
        assertThat(Drift.parse("noise:20").apply(grey, 100, 100, new Random(1))).isEqualTo(noisy);
        assertThat(Drift.parse("noise:20").apply(grey, 100, 100, new Random(2))).isNotEqualTo(noisy);
    }

    @Test
    void blurSpreadsAPointAsAGaussianDoes() {
        byte[] point = new byte[25];
        point[12] = (byte) 255;
        // c(scipy.ndimage.gaussian_filter(point, 1.0))
        assertThat(Drift.parse("blur:1.0").apply(point, 5, 5, new Random(1)))
                .isEqualTo(bytes(1, 4, 6, 4, 1, 4, 15, 25, 15, 4, 6, 25, 41, 25, 6, 4, 15, 25, 15, 4, 1, 4, 6, 4, 1));
    }

    @Test
    void blurMirrorsTheImageAtItsEdges() {
        // c(scipy.ndimage.gaussian_filter(image, 1.0))
        assertThat(changed("blur:1.0")).isEqualTo(bytes(26, 59, 109, 151, 32, 65, 118, 163, 37, 71, 121, 162));
        // c(scipy.ndimage.gaussian_filter(image, 3.0)), whose radius of 12 mirrors the image several times
        assertThat(changed("blur:3.0")).isEqualTo(bytes(87, 91, 95, 98, 88, 91, 95, 98, 88, 91, 95, 98));
    }

    @Test
    void aBlurOfAlmostNothingChangesNothing() {
        assertThat(changed("blur:0")).isEqualTo(IMAGE);
        assertThat(changed("blur:0.12")).isEqualTo(IMAGE);
    }

    @Test
    void rotatesCounterClockwiseAboutTheMiddle() {
        byte[] square = bytes(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(Drift.parse("rotate:90").apply(square, 3, 3, new Random(1)))
                .isEqualTo(bytes(3, 6, 9, 2, 5, 8, 1, 4, 7));
        assertThat(changed("rotate:180")).isEqualTo(bytes(170, 120, 70, 20, 255, 110, 60, 10, 150, 100, 50, 0));
        assertThat(changed("rotate:360")).isEqualTo(IMAGE);
    }

    @Test
    void interpolatesBetweenPixelsAndTurnsInBlack() {
        // c(scipy.ndimage.rotate(image, degrees, reshape=False, order=1))
        assertThat(changed("rotate:20")).isEqualTo(bytes(0, 0, 125, 0, 9, 60, 110, 203, 0, 52, 0, 0));
        assertThat(changed("rotate:-35")).isEqualTo(bytes(0, 31, 0, 0, 32, 67, 103, 147, 0, 0, 161, 0));
        assertThat(changed("rotate:90")).isEqualTo(bytes(0, 154, 164, 0, 0, 80, 90, 0, 0, 30, 40, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"brightness:9", "contrast:0.5", "noise:9", "blur:1", "rotate:9"})
    void leavesTheOriginalAsItWas(String text) {
        byte[] original = IMAGE.clone();
        assertThat(Drift.parse(text).apply(original, ROWS, COLUMNS, new Random(1)))
                .isNotEqualTo(original);
        assertThat(original).isEqualTo(IMAGE);
    }

    @Test
    void refusesAnUnknownKind() {
        for (String text : new String[] {"spin:5", "Rotate:5", "", ":5"}) {
            assertThatThrownBy(() -> Drift.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "'%s' (expected: KIND:AMOUNT, where KIND is one of brightness, contrast, noise, blur, rotate)",
                            text);
        }
    }

    @Test
    void refusesAnAmountThatIsNoNumberInItsRange() {
        for (String amount : new String[] {"", "much", "NaN", "Infinity", "256", "1,5"}) {
            assertThatThrownBy(() -> Drift.parse("noise:" + amount))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("noise: '" + amount)
                    .hasMessageContaining("(expected: a number from 0 to 255)");
        }
        assertThatThrownBy(() -> Drift.parse("noise")).hasMessage("noise: '' (expected: a number from 0 to 255)");
        assertThatThrownBy(() -> Drift.parse("blur:-1")).hasMessageContaining("(expected: a number from 0 to 20)");
        assertThatThrownBy(() -> Drift.parse("contrast:-1")).hasMessageContaining("(expected: a number from 0 to 10)");
        assertThatThrownBy(() -> Drift.parse("rotate:361")).hasMessageContaining("from -360 to 360)");
        assertThatThrownBy(() -> Drift.parse("brightness:-256")).hasMessageContaining("from -255 to 255)");
    }

    @Test
    void readsWhereADriftSetsIn() {
        assertThat(DriftPoint.parse("rotate:-20.5@3000")).isEqualTo(new DriftPoint(new Drift.Rotation(-20.5), 3000));
        assertThat(DriftPoint.parse("noise:45@0").at()).isZero();
    }

    @Test
    void refusesADriftThatSetsInNowhere() {
        assertThatThrownBy(() -> DriftPoint.parse("rotate:20"))
                .hasMessage("'rotate:20' (expected: KIND:AMOUNT@INDEX, for instance rotate:20@3000)");
        for (String index : new String[] {"", "soon", "1.5", "99999999999"}) {
            assertThatThrownBy(() -> DriftPoint.parse("rotate:20@" + index))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'rotate:20@%s' (expected: the index of an image, 0 or more, behind the @)", index);
        }
        assertThatThrownBy(() -> DriftPoint.parse("rotate:20@-1"))
                .hasMessage("@-1 (expected: the index of an image, 0 or more)");
        assertThatThrownBy(() -> DriftPoint.parse("spin:20@5"))
                .hasMessageContaining("'spin:20' (expected: KIND:AMOUNT");
    }

    private static byte[] changed(String drift) {
        return Drift.parse(drift).apply(IMAGE, ROWS, COLUMNS, new Random(1));
    }

    /** Levels of one row of pixels after a change. */
    private static int[] line(String drift, int... levels) {
        byte[] changed = Drift.parse(drift).apply(bytes(levels), 1, levels.length, new Random(1));
        return levels(changed).toArray();
    }

    private static IntStream levels(byte[] pixels) {
        return IntStream.range(0, pixels.length).map(i -> Byte.toUnsignedInt(pixels[i]));
    }

    private static byte[] bytes(int... levels) {
        byte[] bytes = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            bytes[i] = (byte) levels[i];
        }
        return bytes;
    }
}
