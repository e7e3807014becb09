package io.tiergate.parts;

/** Lamp, lens and sensor: what lies between a part and its picture. */
final class Camera {
    private static final double MIDDLE = (Canvas.SIDE - 1) / 2.0;

    private final double lampWear;
    private final LensDust dust;

    Camera(Lot lot) {
        this.lampWear = lot.lampWear();
        this.dust = new LensDust(lot.lensDust());
    }

    /** Turns what is there into what the sensor gives. */
    GreyImage take(Canvas canvas, Dice dice, Light light) {
        light(canvas, dice, light);
        dust.draw(canvas);
        canvas.blur(dice.between(0.05, 0.16));
        noise(canvas, dice);
        return canvas.toImage();
    }

    private void light(Canvas canvas, Dice dice, Light light) {
        double level = (1 + dice.around(0.10)) * (1 - 0.42 * lampWear);
        double gradient = dice.between(0.03, 0.16) + 0.30 * lampWear;
        double vignette = dice.between(0.06, 0.16);
        // A worn lamp's light is diffuse: everything moves towards the same grey.
        double flatness = 0.32 * lampWear;
        canvas.paint((x, y, old) -> {
            double u = (x - MIDDLE) / MIDDLE;
            double v = (y - MIDDLE) / MIDDLE;
            double falloff = 1 + gradient * light.towards(u, v) - vignette * (u * u + v * v);
            return level * falloff * (old + flatness * (0.45 - old));
        });
    }

    /** Noise of the sensor: some everywhere, more where there is more light. */
    private static void noise(Canvas canvas, Dice dice) {
        double reading = dice.between(0.006, 0.013);
        double shot = dice.between(0.008, 0.016);
        canvas.paint((x, y, old) -> old + (reading + shot * Math.max(0, old)) * dice.bell());
    }
}
