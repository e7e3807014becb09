package io.tiergate.parts;

/** The direction a part is lit from, as a unit vector in the image. */
record Light(double x, double y) {
    /** The lamp sits at the upper left. */
    private static final double LAMP_ANGLE = -2.3;

    static Light random(Dice dice) {
        double angle = LAMP_ANGLE + dice.around(0.35);
        return new Light(StrictMath.cos(angle), StrictMath.sin(angle));
    }

    /** How far a direction points towards the lamp. */
    double towards(double directionX, double directionY) {
        return directionX * x + directionY * y;
    }
}
