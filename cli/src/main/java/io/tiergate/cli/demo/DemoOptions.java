package io.tiergate.cli.demo;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * @param requests 1 or more; the images are taken in order, and from the beginning again when there are fewer
 * @param rate requests a second; absent: as fast as a bounded number at a time goes
 * @param data folder of the labelled images
 * @param models model repository
 * @param model name of the edge model; absent: the first by name
 * @param report where to write the result as JSON
 * @param keep whether to leave everything running
 */
public record DemoOptions(
        int requests,
        OptionalDouble rate,
        Path data,
        Path models,
        Optional<String> model,
        Optional<Path> report,
        boolean keep) {
    /** Requests a second that one client on one machine can hold. */
    public static final double HIGHEST_RATE = 100_000;
}
