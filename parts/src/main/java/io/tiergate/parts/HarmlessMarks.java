package io.tiergate.parts;

/** What sound parts show as well: specks of dust, a feed mark of the tool, an uneven sheen. They make the task honest. */
final class HarmlessMarks {
    private HarmlessMarks() {}

    static void draw(Canvas canvas, Dice dice, Pose pose) {
        if (dice.chance(0.20)) {
            speck(canvas, dice, pose);
        }
        if (dice.chance(0.12)) {
            feedMark(canvas, dice, pose);
        }
        if (dice.chance(0.20)) {
            unevenSheen(canvas, dice, pose);
        }
    }

    /** A bright or dark grain of dust on the face. */
    private static void speck(Canvas canvas, Dice dice, Pose pose) {
        Pose.Spot middle = pose.spot(dice, 1.5);
        double radius = dice.between(0.9, 1.5);
        double change = dice.chance(0.75) ? dice.between(0.08, 0.22) : -dice.between(0.05, 0.12);
        canvas.paint(Canvas.Box.around(middle.x(), middle.y(), radius), (x, y, old) -> {
            double dx = x - middle.x();
            double dy = y - middle.y();
            return old + change * Curves.bump((dx * dx + dy * dy) / (radius * radius));
        });
    }

    /** An arc around the part's axis, where the tool was lifted. */
    private static void feedMark(Canvas canvas, Dice dice, Pose pose) {
        double radius = dice.between(pose.boreRadius() + 3, pose.rimRadius() - 3);
        double from = dice.angle();
        double length = dice.between(5, 14) / radius;
        double change = dice.around(0.14);
        Stroke arc = new Stroke();
        int pieces = 8;
        for (int i = 0; i <= pieces; i++) {
            double angle = from + length * i / pieces;
            arc.to(
                    pose.centreX() + radius * StrictMath.cos(angle),
                    pose.centreY() + radius * StrictMath.sin(angle),
                    0.4);
        }
        arc.draw(canvas, change);
    }

    private static void unevenSheen(Canvas canvas, Dice dice, Pose pose) {
        Pose.Spot middle = pose.spot(dice, 2);
        double radius = dice.between(4, 9);
        double change = dice.around(0.10);
        canvas.paint(Canvas.Box.around(middle.x(), middle.y(), radius), (x, y, old) -> {
            double dx = x - middle.x();
            double dy = y - middle.y();
            return old * (1 + change * Curves.bump((dx * dx + dy * dy) / (radius * radius)));
        });
    }
}
