package io.tiergate.cli.demo;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * @param requests 1 or more; the images are taken in order, and from the beginning again when there are fewer
 * @param rate requests a second; absent: as fast as a bounded number at a time goes
 * @param data folder of the labelled images; absent: generated parts
 * @param models model repository
 * @param model name of the edge model; absent: the first by name
 * @param splitModel name of an edge model that sends features, to be shown the same images afterwards
 * @param report where to write the result as JSON
 * @param show where to write a contact sheet of samples as PNG
 * @param keep whether to leave everything running
 */
public record DemoOptions(
        int requests,
        OptionalDouble rate,
        Optional<Path> data,
        Path models,
        Optional<String> model,
        Optional<String> splitModel,
        Optional<Path> report,
        Optional<Path> show,
        boolean keep) {
    /** Requests a second that one client on one machine can hold. */
    public static final double HIGHEST_RATE = 100_000;
}
