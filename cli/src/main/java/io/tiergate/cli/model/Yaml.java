package io.tiergate.cli.model;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Values as YAML writes them. */
final class Yaml {
    private static final Set<String> NOT_TEXT = Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

    private Yaml() {}

    static String text(String text) {
        boolean plain = text.matches("[A-Za-z][A-Za-z0-9_./ -]*")
                && !text.endsWith(" ")
                && !NOT_TEXT.contains(text.toLowerCase(java.util.Locale.ROOT));
        return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String number(double number) {
        return BigDecimal.valueOf(number).toPlainString();
    }

    static String texts(Collection<String> texts) {
        return texts.stream().map(Yaml::text).collect(Collectors.joining(", ", "[", "]"));
    }

    static String numbers(Collection<Double> numbers) {
        return numbers.stream().map(Yaml::number).collect(Collectors.joining(", ", "[", "]"));
    }
}
