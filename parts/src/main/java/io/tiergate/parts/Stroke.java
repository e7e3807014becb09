package io.tiergate.parts;

import java.util.ArrayList;
import java.util.List;

/** A drawn line: points joined by straight pieces, each point with its own width. */
final class Stroke {
    /** @param halfWidth of the line there, in pixels */
    private record Point(double x, double y, double halfWidth) {}

    private final List<Point> points = new ArrayList<>();

    Stroke to(double x, double y, double halfWidth) {
        points.add(new Point(x, y, halfWidth));
        return this;
    }

    /** The same line elsewhere. */
    Stroke shifted(double dx, double dy) {
        Stroke copy = new Stroke();
        points.forEach(point -> copy.to(point.x + dx, point.y + dy, point.halfWidth));
        return copy;
    }

    /**
     * Paints once where the line covers the canvas, however often it crosses itself.
     *
     * @param change added to the brightness under a line that covers the whole pixel; a thin line covers only a part
     */
    void draw(Canvas canvas, double change) {
        double[] covered = new double[Canvas.SIDE * Canvas.SIDE];
        for (int i = 1; i < points.size(); i++) {
            cover(covered, points.get(i - 1), points.get(i));
        }
        canvas.add(change, covered);
    }

    private static void cover(double[] covered, Point from, Point to) {
        double dx = to.x - from.x;
        double dy = to.y - from.y;
        double square = Math.max(dx * dx + dy * dy, 1e-9);
        double reach = Math.max(from.halfWidth, to.halfWidth) + 0.6;
        Canvas.Box box = Canvas.Box.spanning(from.x, from.y, to.x, to.y, reach);
        for (int y = box.top(); y <= box.bottom(); y++) {
            for (int x = box.left(); x <= box.right(); x++) {
                double t = Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / square));
                double offX = x - from.x - t * dx;
                double offY = y - from.y - t * dy;
                double halfWidth = from.halfWidth + t * (to.halfWidth - from.halfWidth);
                double distance = Math.sqrt(offX * offX + offY * offY);
                double share = Math.min(1, 2 * halfWidth) * Curves.step(-0.6, 0.6, Math.max(halfWidth, 0.5) - distance);
                int i = y * Canvas.SIDE + x;
                covered[i] = Math.max(covered[i], share);
            }
        }
    }
}
