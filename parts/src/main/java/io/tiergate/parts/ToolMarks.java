package io.tiergate.parts;

/** Grooves that run at equal distance from one point: the part's axis, the axis of a cutter, or one as good as infinitely far. */
final class ToolMarks {
    private static final int STEPS_PER_PIXEL = 4;

    private final double axisX;
    private final double axisY;
    private final double nearest;
    private final double[] profile;

    /**
     * @param pitch distance of the regular grooves in pixels
     * @param regular height of the regular grooves, as a share of brightness
     * @param irregular the same of the irregular ones
     */
    ToolMarks(Dice dice, Pose.Spot axis, double pitch, double regular, double irregular) {
        this.axisX = axis.x();
        this.axisY = axis.y();
        double middle = (Canvas.SIDE - 1) / 2.0;
        double away = Math.sqrt((axisX - middle) * (axisX - middle) + (axisY - middle) * (axisY - middle));
        this.nearest = Math.max(0, away - Canvas.SIDE);
        this.profile = new double[2 * Canvas.SIDE * STEPS_PER_PIXEL + 2];
        double phase = dice.angle();
        double before = 0;
        for (int i = 0; i < profile.length; i++) {
            before = 0.55 * before + irregular * dice.bell();
            profile[i] = before + regular * StrictMath.sin(phase + 2 * Math.PI * i / (pitch * STEPS_PER_PIXEL));
        }
    }

    /** The brightness that the grooves add at a point. */
    double at(double x, double y) {
        double distance = Math.sqrt((x - axisX) * (x - axisX) + (y - axisY) * (y - axisY));
        double position = Math.max(0, (distance - nearest) * STEPS_PER_PIXEL);
        int i = Math.min((int) position, profile.length - 2);
        return profile[i] + (position - i) * (profile[i + 1] - profile[i]);
    }
}
