package io.tiergate.cli.calibration;

import io.tiergate.cli.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Runs a model over images, batch by batch, and tells how far it is. */
final class Batches {
    private static final int SIZE = 256;

    private Batches() {}

    /**
     * Blocks until all batches have run, on this thread and those of the common pool.
     *
     * @param takesBatches otherwise each image is a batch
     * @param name of what runs, for people
     * @return one answer an image, in their order
     */
    static <T> List<T> run(
            List<byte[]> images,
            boolean takesBatches,
            String name,
            Terminal terminal,
            Function<List<byte[]>, List<T>> model) {
        int size = takesBatches ? SIZE : 1;
        AtomicInteger done = new AtomicInteger();
        List<T> answers = IntStream.range(0, Math.ceilDiv(images.size(), size))
                .parallel()
                .mapToObj(batch -> images.subList(batch * size, Math.min(images.size(), (batch + 1) * size)))
                .map(batch -> {
                    List<T> answered = model.apply(batch);
                    terminal.progress(String.format(
                            Locale.ROOT, "  %s: %,d of %,d images", name, done.addAndGet(batch.size()), images.size()));
                    return answered;
                })
                .flatMap(List::stream)
                .toList();
        terminal.clearProgress();
        return answers;
    }
}
