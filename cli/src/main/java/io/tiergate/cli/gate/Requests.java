package io.tiergate.cli.gate;

import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Which image each request of a replay shows, and from which request on the images are changed. */
final class Requests {
    private final int[] images;
    private final int changedFrom;

    private Requests(int[] images, OptionalInt driftAt) {
        this.images = images;
        this.changedFrom = driftAt.orElse(Integer.MAX_VALUE);
    }

    /** Every image once. */
    static Requests inFileOrder(int images, OptionalInt driftAt) {
        return new Requests(IntStream.range(0, images).toArray(), driftAt);
    }

    /** So many draws, each of any image. */
    static Requests drawn(int requests, int images, OptionalInt driftAt, RandomGenerator random) {
        return new Requests(
                IntStream.generate(() -> random.nextInt(images)).limit(requests).toArray(), driftAt);
    }

    int count() {
        return images.length;
    }

    int image(int request) {
        return images[request];
    }

    boolean isChanged(int request) {
        return request >= changedFrom;
    }

    /** The images that are shown changed, or those that are shown as they are; each once, in ascending order. */
    int[] imagesShown(boolean changed) {
        return IntStream.range(0, images.length)
                .filter(request -> isChanged(request) == changed)
                .map(this::image)
                .sorted()
                .distinct()
                .toArray();
    }
}
