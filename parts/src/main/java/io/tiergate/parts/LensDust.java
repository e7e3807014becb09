package io.tiergate.parts;

import java.util.ArrayList;
import java.util.List;

/**
 * Dust on the lens: large, faint spots, far out of focus, at the same places in every picture, more of them the dustier it is,
 * and a pale haze.
 */
final class LensDust {
    /** Fixed, because it is one and the same lens all along. */
    private static final long PLACES_SEED = 0x5EED_D057L;

    private static final int MOST_SPECKS = 14;

    private record Speck(double x, double y, double radius, double depth) {}

    private final List<Speck> specks = new ArrayList<>();
    private final double haze;

    /** @param amount 0 to 1 */
    LensDust(double amount) {
        this.haze = 0.30 * amount;
        Dice dice = new Dice(PLACES_SEED);
        for (int i = 0; i < Math.round(MOST_SPECKS * amount); i++) {
            specks.add(new Speck(
                    dice.between(2, Canvas.SIDE - 3),
                    dice.between(2, Canvas.SIDE - 3),
                    dice.between(2.6, 5.5),
                    dice.between(0.06, 0.16)));
        }
    }

    void draw(Canvas canvas) {
        for (Speck speck : specks) {
            canvas.paint(Canvas.Box.around(speck.x, speck.y, speck.radius), (x, y, old) -> {
                double dx = x - speck.x;
                double dy = y - speck.y;
                return old * (1 - speck.depth * Curves.bump((dx * dx + dy * dy) / (speck.radius * speck.radius)));
            });
        }
        if (haze > 0) {
            canvas.paint((x, y, old) -> old + haze * (0.42 - old));
        }
    }
}
