package io.tiergate.parts;

/** The sound face of a part, as it looks before anything has happened to it, on the belt it lies on. */
final class Surface {
    private static final double BELT = 0.13;
    /** Far enough away for arcs to look straight. */
    private static final double STRAIGHT = 900;

    private final Pose pose;
    private final Light light;
    private final ToolMarks marks;
    private final PatchyNoise patches;
    private final PatchyNoise grain;
    private final double brightness;
    private final double grainDepth;
    private final double sheen;
    private final boolean sectors;
    private final double sheenX;
    private final double sheenY;

    Surface(Dice dice, Finish finish, Pose pose, Light light) {
        this.pose = pose;
        this.light = light;
        this.marks = marks(dice, finish, pose);
        this.patches = new PatchyNoise(dice, 9);
        this.grain = new PatchyNoise(dice, finish == Finish.BLASTED ? 1 : 1.3);
        this.brightness = (finish == Finish.BLASTED ? 0.44 : 0.52) + dice.around(0.05);
        this.grainDepth = finish == Finish.BLASTED ? dice.between(0.16, 0.30) : dice.between(0.02, 0.06);
        this.sheen = finish == Finish.BLASTED ? 0.03 : dice.between(0.10, 0.24);
        this.sectors = finish == Finish.TURNED;
        double angle = dice.angle();
        this.sheenX = StrictMath.cos(angle);
        this.sheenY = StrictMath.sin(angle);
    }

    private static ToolMarks marks(Dice dice, Finish finish, Pose pose) {
        Pose.Spot axis = new Pose.Spot(pose.centreX(), pose.centreY());
        return switch (finish) {
            case TURNED -> new ToolMarks(dice, axis, dice.between(1.8, 3.2), dice.between(0.01, 0.035), 0.030);
            case MILLED ->
                new ToolMarks(
                        dice,
                        away(axis, pose, dice.between(34, 70)),
                        dice.between(2.6, 5),
                        dice.between(0.03, 0.06),
                        0.025);
            case BRUSHED -> new ToolMarks(dice, away(axis, pose, STRAIGHT), 2, 0, dice.between(0.035, 0.06));
            case BLASTED -> new ToolMarks(dice, axis, 2, 0, 0.008);
        };
    }

    private static Pose.Spot away(Pose.Spot axis, Pose pose, double distance) {
        return new Pose.Spot(axis.x() + distance * pose.turnedX(), axis.y() + distance * pose.turnedY());
    }

    /** Draws the machined face over the whole canvas, as if the blank had not been cut yet. */
    void drawFace(Canvas canvas) {
        canvas.paint((x, y, old) -> face(x, y));
    }

    /** Leaves of the face what belongs to the part; the rest, and what was drawn there, gives way to the belt. */
    void cutOut(Canvas canvas) {
        canvas.paint((x, y, old) -> {
            double metal = pose.metal(x, y);
            return metal == 1 ? old : metal * old + (1 - metal) * BELT * (1 + 0.35 * grain.at(y, x));
        });
    }

    private double face(double x, double y) {
        double uneven = 1 + 0.07 * patches.at(x, y) + grainDepth * grain.at(x, y) + marks.at(x, y) + sheen(x, y);
        return brightness * uneven + chamfers(x, y);
    }

    /** Turned faces throw the light back in two opposite sectors, the others in one broad band. */
    private double sheen(double x, double y) {
        double along = (x - pose.centreX()) * sheenX + (y - pose.centreY()) * sheenY;
        double across = (y - pose.centreY()) * sheenX - (x - pose.centreX()) * sheenY;
        if (sectors) {
            double even = (along * along - across * across) / (along * along + across * across + 1);
            return sheen * 1.4 * even * Math.abs(even);
        }
        return sheen * (2 / (1 + along * along / 60) - 1);
    }

    /** The bevelled edges of rim and bore: bright where they look towards the lamp, dark where away from it. */
    private double chamfers(double x, double y) {
        double radius = pose.distance(x, y);
        double towards = light.towards((x - pose.centreX()) / (radius + 1e-9), (y - pose.centreY()) / (radius + 1e-9));
        double rim = Curves.bump(square((radius - pose.rimRadius() + 0.9) / 1.3));
        double bore = Curves.bump(square((radius - pose.boreRadius() - 0.9) / 1.3));
        return 0.28 * towards * rim - 0.24 * towards * bore;
    }

    private static double square(double value) {
        return value * value;
    }
}
