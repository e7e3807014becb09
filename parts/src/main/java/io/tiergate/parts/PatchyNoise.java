package io.tiergate.parts;

/** Smooth random unevenness, -1 to 1: random numbers on a grid with soft passages between them. */
final class PatchyNoise {
    private final int columns;
    private final double cellWidth;
    private final double cellHeight;
    private final double[] knots;

    /**
     * @param cellWidth distance of the grid's lines in pixels; different ones stretch the patches
     */
    PatchyNoise(Dice dice, double cellWidth, double cellHeight) {
        this.cellWidth = cellWidth;
        this.cellHeight = cellHeight;
        this.columns = (int) (Canvas.SIDE / cellWidth) + 2;
        this.knots = new double[columns * ((int) (Canvas.SIDE / cellHeight) + 2)];
        for (int i = 0; i < knots.length; i++) {
            knots[i] = dice.around(1);
        }
    }

    PatchyNoise(Dice dice, double cell) {
        this(dice, cell, cell);
    }

    /** @param x on the canvas, as {@code y} */
    double at(double x, double y) {
        double u = x / cellWidth;
        double v = y / cellHeight;
        int column = (int) u;
        int row = (int) v;
        double s = u - column;
        double t = v - row;
        s = s * s * (3 - 2 * s);
        t = t * t * (3 - 2 * t);
        int i = row * columns + column;
        double upper = knots[i] + s * (knots[i + 1] - knots[i]);
        double lower = knots[i + columns] + s * (knots[i + columns + 1] - knots[i + columns]);
        return upper + t * (lower - upper);
    }
}
