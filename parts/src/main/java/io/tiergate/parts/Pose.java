package io.tiergate.parts;

/**
 * Where a part lies: a turned ring with a keyway in its bore.
 *
 * @param centreX of the ring, in pixels, as {@code centreY}
 * @param rimRadius outer radius in pixels
 * @param boreRadius inner radius in pixels
 * @param turnedX cosine of the angle by which the part is turned; {@code turnedY} is its sine
 */
record Pose(double centreX, double centreY, double rimRadius, double boreRadius, double turnedX, double turnedY) {
    private static final double MIDDLE = (Canvas.SIDE - 1) / 2.0;
    /** Half the keyway's width, in pixels. */
    private static final double KEYWAY = 1.1;
    /** How far the keyway reaches beyond the bore, in pixels. */
    private static final double KEYWAY_DEPTH = 1.8;

    static Pose random(Dice dice) {
        double angle = dice.angle();
        return new Pose(
                MIDDLE + dice.around(1.6),
                MIDDLE + dice.around(1.6),
                20.4 + dice.around(0.5),
                4.3 + dice.around(0.3),
                StrictMath.cos(angle),
                StrictMath.sin(angle));
    }

    double distance(double x, double y) {
        return Math.sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY));
    }

    /** How much of a pixel is metal, 0 to 1. */
    double metal(double x, double y) {
        double radius = distance(x, y);
        double ring = Curves.step(-0.6, 0.6, rimRadius - radius) * Curves.step(-0.6, 0.6, radius - boreRadius);
        double along = (x - centreX) * turnedX + (y - centreY) * turnedY;
        double across = (y - centreY) * turnedX - (x - centreX) * turnedY;
        boolean near = along > 0 && along < boreRadius + KEYWAY_DEPTH + 1;
        double keyway = near
                ? Curves.step(-0.6, 0.6, KEYWAY - Math.abs(across))
                        * Curves.step(-0.6, 0.6, boreRadius + KEYWAY_DEPTH - along)
                : 0;
        return ring * (1 - keyway);
    }

    /** A point on the face, at least {@code margin} pixels from rim and bore, all places alike. */
    Spot spot(Dice dice, double margin) {
        double inner = boreRadius + margin;
        double outer = rimRadius - margin;
        double radius = Math.sqrt(dice.between(inner * inner, outer * outer));
        double angle = dice.angle();
        return new Spot(centreX + radius * StrictMath.cos(angle), centreY + radius * StrictMath.sin(angle));
    }

    /** A point in pixels. */
    record Spot(double x, double y) {}
}
