package io.tiergate.parts;

import java.util.SplittableRandom;

/**
 * The chances of one image. Everything is derived from whole 64-bit draws, because how the library turns those into
 * fractions and bell curves may change from release to release, while the images must not.
 */
final class Dice {
    private static final double FRACTION = 0x1p-53;
    /** Standard deviation of the sum of four numbers drawn uniformly from 0 to 1. */
    private static final double SPREAD_OF_FOUR = Math.sqrt(4.0 / 12);

    private final SplittableRandom random;

    Dice(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The chances of item {@code index} of a draw, the same however many items were made before it. */
    static Dice forItem(long seed, long index) {
        // The seed is scrambled before the index joins it: otherwise item 1 of draw 1 would be item 0 of draw 2.
        return new Dice(scrambled(scrambled(seed) ^ index));
    }

    private static long scrambled(long value) {
        return new SplittableRandom(value).nextLong();
    }

    /** Uniform from 0 (inclusive) to 1 (exclusive). */
    double fraction() {
        return (random.nextLong() >>> 11) * FRACTION;
    }

    double between(double low, double high) {
        return low + (high - low) * fraction();
    }

    /** Uniform from {@code -reach} to {@code reach}. */
    double around(double reach) {
        return reach * (2 * fraction() - 1);
    }

    /** Uniform from {@code low} to {@code high}, both inclusive. */
    int whole(int low, int high) {
        return low + (int) (fraction() * (high - low + 1));
    }

    boolean chance(double probability) {
        return fraction() < probability;
    }

    /** An angle in radians, all directions alike. */
    double angle() {
        return fraction() * 2 * Math.PI;
    }

    /** Bell-shaped, mean 0, standard deviation 1, never beyond 3.5: the sum of four uniform numbers. */
    double bell() {
        long bits = random.nextLong();
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum * 0x1p-16 - 2) / SPREAD_OF_FOUR;
    }

    /** Picks an index with the given weights. */
    int pick(double... weights) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double rest = fraction() * total;
        for (int i = 0; i < weights.length - 1; i++) {
            rest -= weights[i];
            if (rest < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }
}
