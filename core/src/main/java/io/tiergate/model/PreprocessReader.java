package io.tiergate.model;

import io.tiergate.image.ColorMode;
import io.tiergate.image.ImageSize;
import io.tiergate.image.Layout;
import io.tiergate.image.Preprocessing;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks the rules of the section {@code preprocess}. */
final class PreprocessReader {
    private PreprocessReader() {}

    /**
     * @return empty if the manifest has no such section
     * @throws IllegalArgumentException with one sentence, naming the key, if a value is out of its range
     */
    static Optional<Preprocessing> read(ManifestDocument document) throws RefusedPackageException {
        ManifestDocument.PreprocessSection section = document.preprocess();
        if (section == null) {
            return Optional.empty();
        }
        if (document.input().size() > 1) {
            throw ManifestParser.refused(
                    "preprocess: the model has %d inputs (expected: one, the picture); leave preprocess out and send tensors",
                    document.input().size());
        }
        ColorMode image = image(section.image());
        return Optional.of(new Preprocessing(
                image, layout(document.input().getFirst().layout()), resize(section), numbers(section, image)));
    }

    private static ColorMode image(String word) throws RefusedPackageException {
        return Arrays.stream(ColorMode.values())
                .filter(mode -> mode.word().equals(word))
                .findFirst()
                .orElseThrow(() -> ManifestParser.refused(
                        "preprocess.image%s (expected: %s)",
                        word == null ? " is missing" : ": " + word,
                        Arrays.stream(ColorMode.values()).map(ColorMode::word).collect(Collectors.joining(", "))));
    }

    private static Layout layout(String word) throws RefusedPackageException {
        String wanted = Objects.requireNonNullElse(word, Layout.NCHW.name());
        return Arrays.stream(Layout.values())
                .filter(layout -> layout.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> ManifestParser.refused(
                        "input.layout: %s (expected: NCHW or NHWC, to preprocess images)", wanted));
    }

    private static Optional<ImageSize> resize(ManifestDocument.PreprocessSection section)
            throws RefusedPackageException {
        List<Integer> sides = section.resize();
        if (sides == null) {
            return Optional.empty();
        }
        if (sides.size() != 2 || sides.contains(null)) {
            throw ManifestParser.refused("preprocess.resize: %s (expected: [height, width])", sides);
        }
        try {
            return Optional.of(new ImageSize(sides.get(0), sides.get(1)));
        } catch (IllegalArgumentException e) {
            throw ManifestParser.refused("preprocess.%s", e.getMessage());
        }
    }

    private static Optional<Preprocessing.Numbers> numbers(ManifestDocument.PreprocessSection section, ColorMode image)
            throws RefusedPackageException {
        if (section.scale() == null && section.mean() == null && section.std() == null) {
            return Optional.empty();
        }
        return Optional.of(new Preprocessing.Numbers(
                Objects.requireNonNullElse(section.scale(), Preprocessing.UNIT_SCALE),
                byChannel("mean", section.mean(), image, 0.0),
                byChannel("std", section.std(), image, 1.0)));
    }

    private static List<Double> byChannel(String key, List<Double> given, ColorMode image, double usual)
            throws RefusedPackageException {
        if (given == null) {
            return Collections.nCopies(image.channels(), usual);
        }
        if (given.contains(null)) {
            throw ManifestParser.refused("preprocess.%s: %s (expected: numbers, one a channel)", key, given);
        }
        return given;
    }
}
