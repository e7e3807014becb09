package io.tiergate.cli.data;

import java.util.random.RandomGenerator;

/**
 * A change of grey images, as a camera or its surroundings may bring it after a model was calibrated. Results are rounded half to even
 * and cut to 0..255. All but {@link Noise} give byte for byte what NumPy and SciPy give for {@code float32} images, which is what the
 * project's drifted reference data were made with.
 */
public sealed interface Drift {
    /**
     * A changed copy of an image.
     *
     * @param pixels row by row, one unsigned byte each
     * @param random moves on only where the change is random; the same state gives the same image
     */
    byte[] apply(byte[] pixels, int rows, int columns, RandomGenerator random);

    /**
     * Reads {@code KIND:AMOUNT}, for instance {@code rotate:20}.
     *
     * @throws IllegalArgumentException saying what was expected, if the kind is unknown or the amount no number in its range
     */
    static Drift parse(String text) {
        return DriftKind.parse(text);
    }

    /** @param levels added to every pixel, -255 to 255 */
    record Brightness(double levels) implements Drift {
        public Brightness {
            DriftKind.BRIGHTNESS.check(levels);
        }

        @Override
        public byte[] apply(byte[] pixels, int rows, int columns, RandomGenerator random) {
            byte[] changed = new byte[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                changed[i] = Levels.rounded(Byte.toUnsignedInt(pixels[i]) + (float) levels);
            }
            return changed;
        }
    }

    /** @param factor of every pixel's distance from middle grey (127), 0 to 10; below 1 the image becomes flatter */
    record Contrast(double factor) implements Drift {
        private static final float MIDDLE = 127f;

        public Contrast {
            DriftKind.CONTRAST.check(factor);
        }

        @Override
        public byte[] apply(byte[] pixels, int rows, int columns, RandomGenerator random) {
            byte[] changed = new byte[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                changed[i] = Levels.rounded(MIDDLE + (Byte.toUnsignedInt(pixels[i]) - MIDDLE) * (float) factor);
            }
            return changed;
        }
    }

    /** @param standardDeviation of the normal noise added to every pixel on its own, in levels, 0 to 255 */
    record Noise(double standardDeviation) implements Drift {
        public Noise {
            DriftKind.NOISE.check(standardDeviation);
        }

        @Override
        public byte[] apply(byte[] pixels, int rows, int columns, RandomGenerator random) {
            byte[] changed = new byte[pixels.length];
            for (int i = 0; i < pixels.length; i++) {
                changed[i] = Levels.rounded(Byte.toUnsignedInt(pixels[i]) + standardDeviation * random.nextGaussian());
            }
            return changed;
        }
    }

    /** @param sigma standard deviation of the Gaussian that smears every pixel, in pixels, 0 to 20 */
    record Blur(double sigma) implements Drift {
        public Blur {
            DriftKind.BLUR.check(sigma);
        }

        @Override
        public byte[] apply(byte[] pixels, int rows, int columns, RandomGenerator random) {
            return Levels.rounded(GaussianFilter.of(sigma).apply(Levels.of(pixels), rows, columns));
        }
    }

    /** @param degrees about the image's middle, counter-clockwise as one sees the image, -360 to 360; what turns in is black */
    record Rotation(double degrees) implements Drift {
        public Rotation {
            DriftKind.ROTATE.check(degrees);
        }

        @Override
        public byte[] apply(byte[] pixels, int rows, int columns, RandomGenerator random) {
            return Levels.rounded(BilinearRotation.of(degrees).apply(Levels.of(pixels), rows, columns));
        }
    }
}
