package io.tiergate.model;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Parses {@code model.yaml} strictly: a key that is not known is an error, because a misspelt threshold that is silently ignored
 * is worse than none.
 */
final class ManifestParser {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ManifestParser() {}

    static ManifestDocument parse(Path file) throws RefusedPackageException, IOException {
        return parse(text(file), ManifestDocument.class);
    }

    /** The gate section alone. */
    static ManifestDocument.GateSection gate(String yaml) throws RefusedPackageException {
        try {
            return parse(yaml, ManifestDocument.GateSection.class);
        } catch (IOException e) {
            throw refused("is no YAML: %s", e.getMessage());
        }
    }

    private static <T> T parse(String yaml, Class<T> type) throws RefusedPackageException, IOException {
        try (JsonParser parser = YAML.createParser(yaml)) {
            T document = parser.nextToken() == null ? null : YAML.readValue(parser, type);
            if (document == null) {
                throw refused("is empty");
            }
            return document;
        } catch (UnrecognizedPropertyException e) {
            List<String> known = e.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .toList();
            throw refused(
                    "unknown key '%s'%s; did you mean '%s'? (known there: %s)",
                    e.getPropertyName(),
                    within(sectionOf(e)),
                    NearestWord.to(e.getPropertyName(), known),
                    String.join(", ", known));
        } catch (JsonMappingException e) {
            throw refused("%s%s%s", firstLine(e), within(pathOf(e)), atLine(e));
        } catch (JacksonException e) {
            throw refused("is no YAML: %s%s", firstLine(e), atLine(e));
        }
    }

    /** Reads a text file of the package. */
    static String text(Path file) throws RefusedPackageException, IOException {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new RefusedPackageException(file.getFileName() + ": is not UTF-8 text");
        }
    }

    static RefusedPackageException refused(String words, Object... arguments) {
        return new RefusedPackageException(ModelPackage.MANIFEST + ": " + words.formatted(arguments));
    }

    /** The value that a word stands for. */
    static <T> T word(T[] values, Function<T, String> word, String given, String key) throws RefusedPackageException {
        return Arrays.stream(values)
                .filter(value -> word.apply(value).equals(given))
                .findFirst()
                .orElseThrow(() -> refused(
                        "%s: %s (expected: %s)",
                        key, given, Arrays.stream(values).map(word).collect(Collectors.joining(", "))));
    }

    /** Where the unknown key stands. Its line is not told: the parser learns of the key only at the end of its section. */
    private static String sectionOf(UnrecognizedPropertyException e) {
        String path = pathOf(e);
        return path.substring(0, Math.max(0, path.lastIndexOf('.')));
    }

    private static String pathOf(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
    }

    private static String within(String section) {
        return section.isEmpty() ? "" : " in " + section;
    }

    private static String atLine(JacksonException e) {
        return e.getLocation() == null ? "" : " in line " + e.getLocation().getLineNr();
    }

    private static String firstLine(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    }
}
