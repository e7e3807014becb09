package io.tiergate.parts;

/** Something that happened to a part's face. */
sealed interface Defect {
    /**
     * Draws the defect over the face.
     *
     * @param contrast how plainly it shows: 1 at a glance, below 0.3 hardly
     */
    void draw(Canvas canvas, Dice dice, Pose pose, Light light, double contrast);

    /** A long, even groove, nearly straight: bright where its flank catches the lamp, with a shadow beside it. */
    record Scratch() implements Defect {
        private static final int PIECES = 10;

        @Override
        public void draw(Canvas canvas, Dice dice, Pose pose, Light light, double contrast) {
            Pose.Spot middle = pose.spot(dice, 3);
            double angle = dice.angle();
            double directionX = StrictMath.cos(angle);
            double directionY = StrictMath.sin(angle);
            double halfLength = dice.between(5, 11);
            double sagitta = dice.around(1.4);
            double halfWidth = dice.between(0.42, 0.75);
            Stroke groove = new Stroke();
            for (int i = 0; i <= PIECES; i++) {
                double t = 2.0 * i / PIECES - 1;
                double along = t * halfLength;
                double across = sagitta * (1 - t * t);
                groove.to(
                        middle.x() + along * directionX - across * directionY,
                        middle.y() + along * directionY + across * directionX,
                        halfWidth * (1 - 0.5 * t * t));
            }
            // A dark scratch is one whose bright flank looks away from the lens: the very thing a crack looks like.
            boolean dark = dice.chance(0.28);
            double glint = contrast * (dark ? -0.42 : 0.55);
            double side = light.towards(-directionY, directionX) > 0 ? -1 : 1;
            groove.shifted(-directionY * side * 0.9, directionX * side * 0.9).draw(canvas, -0.45 * glint);
            groove.draw(canvas, glint);
        }
    }

    /** A shallow hollow without edges: one side in shadow, the other lit. */
    record Dent() implements Defect {
        @Override
        public void draw(Canvas canvas, Dice dice, Pose pose, Light light, double contrast) {
            Pose.Spot middle = pose.spot(dice, 3);
            double halfLength = dice.between(3.2, 6);
            double halfWidth = halfLength * dice.between(0.65, 1);
            double angle = dice.angle();
            double turnedX = StrictMath.cos(angle);
            double turnedY = StrictMath.sin(angle);
            double depth = 0.85 * contrast;
            canvas.paint(Canvas.Box.around(middle.x(), middle.y(), halfLength + 1), (x, y, old) -> {
                double dx = x - middle.x();
                double dy = y - middle.y();
                double u = (dx * turnedX + dy * turnedY) / halfLength;
                double v = (dy * turnedX - dx * turnedY) / halfWidth;
                double bowl = Curves.bump(u * u + v * v);
                // The wall that faces the lamp is the one on the far side of the hollow.
                return old - depth * bowl * (light.towards(dx, dy) / halfLength * 1.9 + 0.12);
            });
        }
    }

    /** A dark, jagged line that wanders, thins out and may fork. */
    record Crack() implements Defect {
        @Override
        public void draw(Canvas canvas, Dice dice, Pose pose, Light light, double contrast) {
            Pose.Spot start = pose.spot(dice, 2);
            double heading = dice.angle();
            double restlessness = dice.between(0.55, 1.0);
            double width = dice.between(0.42, 0.75);
            double change = -0.45 * contrast;
            int steps = dice.whole(6, 11);
            walk(dice, start, heading, restlessness, width, steps).draw(canvas, change);
            if (dice.chance(0.45)) {
                double fork = heading + (dice.chance(0.5) ? 1 : -1) * dice.between(0.7, 1.3);
                walk(dice, start, fork, restlessness, width * 0.8, dice.whole(3, 5))
                        .draw(canvas, change);
            }
        }

        private static Stroke walk(
                Dice dice, Pose.Spot start, double heading, double restlessness, double width, int steps) {
            Stroke line = new Stroke();
            double x = start.x();
            double y = start.y();
            double direction = heading;
            line.to(x, y, width);
            for (int i = 1; i <= steps; i++) {
                double stepLength = dice.between(1.2, 2.4);
                // Each turn swings back about the heading, so that the line is jagged rather than curled up.
                direction = heading + (i % 2 == 0 ? 1 : -1) * restlessness * dice.between(0.2, 1.2) + dice.around(0.25);
                x += stepLength * StrictMath.cos(direction);
                y += stepLength * StrictMath.sin(direction);
                line.to(x, y, width * (1 - 0.6 * i / steps));
            }
            return line;
        }
    }

    /** One or a few small craters: a dark core with an edge, and a bright lip on the side away from the lamp. */
    record Pit() implements Defect {
        @Override
        public void draw(Canvas canvas, Dice dice, Pose pose, Light light, double contrast) {
            Pose.Spot first = pose.spot(dice, 2);
            int craters = 1 + dice.pick(0.35, 0.35, 0.3);
            for (int i = 0; i < craters; i++) {
                double x = i == 0 ? first.x() : first.x() + dice.around(4);
                double y = i == 0 ? first.y() : first.y() + dice.around(4);
                double radius = i == 0 ? dice.between(1.3, 2.6) : dice.between(1, 1.8);
                crater(canvas, light, new Pose.Spot(x, y), radius, contrast);
            }
        }

        private static void crater(Canvas canvas, Light light, Pose.Spot middle, double radius, double contrast) {
            canvas.paint(Canvas.Box.around(middle.x(), middle.y(), radius + 2), (x, y, old) -> {
                double dx = x - middle.x();
                double dy = y - middle.y();
                double distance = Math.sqrt(dx * dx + dy * dy);
                double core = Curves.step(-0.6, 0.6, radius - distance);
                double offset = (distance - radius - 0.5) / 1.2;
                double lip = Curves.bump(offset * offset) * Math.max(0, -light.towards(dx, dy) / (distance + 1e-9));
                return old - 0.45 * contrast * core + 0.30 * contrast * lip;
            });
        }
    }

    /** A flat, ragged patch of other brightness through which the tool marks still show, often with a dried edge. */
    record Stain() implements Defect {
        @Override
        public void draw(Canvas canvas, Dice dice, Pose pose, Light light, double contrast) {
            Pose.Spot middle = pose.spot(dice, 2.5);
            double radius = dice.between(3.8, 7.5);
            PatchyNoise ragged = new PatchyNoise(dice, dice.between(2.5, 4.5));
            double tint = contrast * (dice.chance(0.7) ? -0.50 : 0.45);
            double driedEdge = dice.between(0, 0.3) * contrast;
            canvas.paint(Canvas.Box.around(middle.x(), middle.y(), radius * 1.7), (x, y, old) -> {
                double dx = x - middle.x();
                double dy = y - middle.y();
                double inside = 1 - Math.sqrt(dx * dx + dy * dy) / radius + 0.55 * ragged.at(x, y);
                double cover = Curves.step(0, 0.4, inside);
                return old * (1 + tint * cover - driedEdge * 4 * cover * (1 - cover));
            });
        }
    }
}
