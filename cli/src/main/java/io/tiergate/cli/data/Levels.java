package io.tiergate.cli.data;

/** Grey levels as numbers to calculate with. Single precision, because the reference data were made in it and ties depend on it. */
final class Levels {
    private static final int WHITE = 255;

    private Levels() {}

    static float[] of(byte[] pixels) {
        float[] levels = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            levels[i] = Byte.toUnsignedInt(pixels[i]);
        }
        return levels;
    }

    static byte[] rounded(float[] levels) {
        byte[] pixels = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            pixels[i] = rounded(levels[i]);
        }
        return pixels;
    }

    static byte rounded(double level) {
        return (byte) Math.clamp(Math.rint(level), 0, WHITE);
    }
}
