package io.tiergate.cli.model;

import io.tiergate.gate.Activation;
import io.tiergate.gate.Score;
import io.tiergate.image.ColorMode;
import io.tiergate.image.ImageSize;
import io.tiergate.image.Layout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a package is to be made of. What is empty is guessed or left out.
 *
 * @param repository made if it is missing
 * @param version empty: the next free one
 */
public record PackOptions(
        Path file,
        String name,
        Path repository,
        OptionalLong version,
        List<String> labels,
        Optional<String> input,
        Optional<String> output,
        Optional<Activation> activation,
        Gating gating,
        Optional<Layout> layout,
        Optional<Image> image) {
    public PackOptions {
        labels = List.copyOf(labels);
    }

    /**
     * How doubt is measured, and what happens with doubtful answers.
     *
     * @param threshold empty: a first guess
     */
    public record Gating(
            Score score, double temperature, OptionalDouble threshold, double auditRate, Optional<String> ensemble) {}

    /**
     * How pictures are taken.
     *
     * @param mean empty, or one a channel
     * @param deviation empty, or one a channel
     */
    public record Image(
            ColorMode color,
            Optional<ImageSize> resize,
            OptionalDouble scale,
            List<Double> mean,
            List<Double> deviation) {
        public Image {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
        }
    }
}
