package io.tiergate.model;

import io.tiergate.model.Display.Form;
import io.tiergate.model.Display.ImageLayout;
import io.tiergate.model.Display.Range;
import io.tiergate.model.Display.SeriesLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Checks the rules of the section {@code display}. */
final class DisplayReader {
    private static final String LAYOUT = "display.layout";

    private DisplayReader() {}

    /**
     * @return empty if the manifest has no such section
     */
    static Optional<Display> read(ManifestDocument document) throws RefusedPackageException {
        ManifestDocument.DisplaySection section = document.display();
        if (section == null) {
            return Optional.empty();
        }
        Optional<String> input = Optional.ofNullable(section.input());
        List<String> inputs = InputReader.names(document);
        if (input.isPresent() && !inputs.contains(input.get())) {
            throw ManifestParser.refused(
                    "display.input: %s (expected: one of %s, the model's inputs)", input.get(), inputs);
        }
        return Optional.of(new Display(input, form(section, layoutOf(document, input.orElse(inputs.getFirst())))));
    }

    /**
     * @param layout of the input that is shown; null if the manifest does not say it
     */
    private static Form form(ManifestDocument.DisplaySection section, String layout) throws RefusedPackageException {
        if (section.kind() == null) {
            throw ManifestParser.refused("display.kind is missing (expected: image, series or table)");
        }
        return switch (section.kind()) {
            case "image" -> {
                refuse(section.features(), "features", "a table", section);
                yield new Display.Image(layout(ImageLayout.values(), section.layout(), layout), range(section));
            }
            case "series" -> {
                refuse(section.features(), "features", "a table", section);
                yield new Display.Series(layout(SeriesLayout.values(), section.layout(), layout), range(section));
            }
            case "table" -> {
                refuse(section.layout(), "layout", "an image or a series", section);
                refuse(section.range(), "range", "an image or a series", section);
                yield new Display.Table(features(section));
            }
            default ->
                throw ManifestParser.refused("display.kind: %s (expected: image, series or table)", section.kind());
        };
    }

    /** What is written but has no effect would leave its writer in a wrong belief. */
    private static void refuse(Object value, String key, String owner, ManifestDocument.DisplaySection section)
            throws RefusedPackageException {
        if (value != null) {
            throw ManifestParser.refused(
                    "display.%s: %s (expected: none with kind %s, it belongs to %s)",
                    key, value, section.kind(), owner);
        }
    }

    /** The display's own layout, else the input's if a person can be shown something in that. */
    private static <T extends Enum<T>> Optional<T> layout(T[] layouts, String own, String inputs)
            throws RefusedPackageException {
        if (own != null) {
            return Optional.of(ManifestParser.word(layouts, Enum::name, own, LAYOUT));
        }
        return Arrays.stream(layouts)
                .filter(layout -> layout.name().equals(inputs))
                .findFirst();
    }

    private static String layoutOf(ManifestDocument document, String input) {
        return document.input().stream()
                .filter(section -> section.name().equals(input))
                .findFirst()
                .orElseThrow()
                .layout();
    }

    private static Optional<Range> range(ManifestDocument.DisplaySection section) throws RefusedPackageException {
        List<Double> range = section.range();
        if (range == null) {
            return Optional.empty();
        }
        if (range.size() != 2 || range.contains(null)) {
            throw ManifestParser.refused("display.range: %s (expected: [low, high])", range);
        }
        try {
            return Optional.of(new Range(range.get(0), range.get(1)));
        } catch (IllegalArgumentException e) {
            throw ManifestParser.refused("display.range: %s", e.getMessage());
        }
    }

    private static List<String> features(ManifestDocument.DisplaySection section) throws RefusedPackageException {
        List<String> features = section.features();
        if (features == null) {
            return List.of();
        }
        for (String feature : features) {
            if (feature == null || feature.isBlank() || feature.chars().anyMatch(Character::isISOControl)) {
                throw ManifestParser.refused(
                        "display.features: '%s' (expected: a name for each number, without control characters)",
                        feature);
            }
        }
        if (new HashSet<>(features).size() < features.size()) {
            throw ManifestParser.refused("display.features: %s (expected: all different)", features);
        }
        return features;
    }
}
