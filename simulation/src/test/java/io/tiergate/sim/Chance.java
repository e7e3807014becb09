package io.tiergate.sim;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** All that is left to chance in one schedule; the same seed draws the same. */
public final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** From the first to the last, both included. */
    public int between(int first, int last) {
        return random.nextInt(first, last + 1);
    }

    /** Nanoseconds, more often short than long. */
    public long upTo(Duration longest) {
        return (long) (longest.toNanos() * Math.pow(random.nextDouble(), 3));
    }

    Duration evenly(Duration shortest, Duration longest) {
        return shortest.plusNanos((long) (longest.minus(shortest).toNanos() * random.nextDouble()));
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    long number() {
        return random.nextLong();
    }
}
