package io.tiergate.parts;

/** Shapes of transitions. */
final class Curves {
    private Curves() {}

    /** 0 up to {@code low}, 1 from {@code high} on, and an S-shaped way between. */
    static double step(double low, double high, double value) {
        double t = Math.max(0, Math.min(1, (value - low) / (high - low)));
        return t * t * (3 - 2 * t);
    }

    /** A bump of height 1 at 0 that has fallen to 0 at 1; {@code square} is the squared distance. */
    static double bump(double square) {
        double rest = 1 - square;
        return rest <= 0 ? 0 : rest * rest;
    }
}
